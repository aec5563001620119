//! What the queue says.

use engine::{FolderFault, PLACEHOLDERS, PublicIdFault, QueueError, Reason};

use crate::words::{Words, choice, of_system, problem as p};

pub(super) fn of_reason(reason: &Reason) -> Words {
    use Reason as R;
    match reason {
        R::Missing { name } => p::source_gone(name),
        R::Left { name } => p::source_left(name),
        R::Unreadable { name, fault } => p::source_unreadable(name, of_system(fault)),
        R::IsFolder { name } => p::source_is_folder(name),
        R::Special { name } => p::source_special(name),
        R::Empty { name } => p::source_empty(name),
        R::ChangedSinceQueued { name } => p::source_changed_queued(name),
        R::ChangedSinceAllowed { name } => p::source_changed_allowed(name),
        R::ChangedWhileRead { name } => p::source_changed_reading(name),
        R::BadName { name } => p::source_name(name),
        R::OfWidget { name } => p::widget_job(name),
        R::LookEnded { name } => p::look_ended(name),
        R::NotLookedUp(error) => p::not_looked_up(of_error(error)),
        R::CopyGone { name } => p::copy_gone(name),
        R::CopyNotWritten { name, fault } => p::copy_not_written(name, of_system(fault)),
        R::LocationOfKind { name } => p::location_format(name),
        R::LocationOfDamaged { name } => p::location_damaged(name),
        R::LocationOfLink { name } => p::location_link(name),
        R::Unknowable { name } => p::unknowable(name),
        R::PartsNotStored { name } => p::parts_not_stored(name),
        R::NameTaken { name, public_id } => p::name_taken_by(name, public_id),
        R::WatchedLeft { name } => p::watched_gone(name),
        R::WatchedChanged { name } => p::watched_changed(name),
        R::Fault => p::sender_fault(),
        R::GivenUpAfterAttempts { attempts, reason } => {
            p::given_up_attempts(of_reason(reason), *attempts)
        }
        R::GivenUpAfterHours { hours, reason } => p::given_up_hours(of_reason(reason), *hours),
        R::Carried(kept) => Words::of_kept(kept),
        R::Sentence(sentence) => Words::of_kept(&serde_json::Value::from(sentence.as_str())),
    }
}

pub(super) fn of_error(error: &QueueError) -> Words {
    match error {
        QueueError::Newer { path, found, known } => p::queue_newer(path, *found, *known),
        QueueError::Folder { path, details } => p::queue_folder(path, details),
        QueueError::DiskFull => p::queue_disk_full(),
        QueueError::Disk { details } => p::queue_disk(details),
        QueueError::Busy => p::queue_busy(),
        QueueError::Damaged { details } => p::queue_damaged(details),
        QueueError::NoSuchBatch => p::queue_no_batch(),
        QueueError::NoSuchHeld => p::held_none(),
        QueueError::Closed => p::queue_closed(),
        QueueError::Internal { details } => p::queue_failed(details),
    }
}

/// Why a folder that a person wrote cannot be used.
pub(crate) fn of_folder(folder: &str, fault: FolderFault) -> Words {
    match fault {
        FolderFault::Character(sign) => choice::folder_character(folder, quoted(sign)),
        FolderFault::Blank => choice::folder_blank(folder),
        FolderFault::TooLong => choice::folder_too_long(folder, engine::LONGEST_FOLDER),
    }
}

/// Why a public ID, or a rule that makes some, cannot be used.
pub(crate) fn of_public_id(fault: &PublicIdFault) -> Words {
    match fault {
        PublicIdFault::Empty => choice::id_empty(),
        PublicIdFault::Unknown(name) => {
            choice::id_unknown(format!("{{{name}}}"), braced(&PLACEHOLDERS))
        }
        PublicIdFault::Brace => choice::id_brace(),
        PublicIdFault::Character(sign) => choice::id_character(quoted(*sign)),
        PublicIdFault::Slash => choice::id_slash(),
        PublicIdFault::Blank => choice::id_blank(),
        PublicIdFault::Same => choice::id_same(braced(&["name", "random", "counter"])),
        PublicIdFault::TooLong(most) => choice::id_too_long(*most),
    }
}

/// A sign that may be one that nobody sees.
fn quoted(sign: char) -> String {
    format!("{sign:?}")
}

fn braced(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("{{{name}}}")).collect();
    names.join(", ")
}
