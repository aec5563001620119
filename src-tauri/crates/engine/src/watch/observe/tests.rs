//! The decisions by example, and against a model of a folder in which anything happens.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::Config;

use super::*;

const ROOT: &str = "/watched";

fn at(seconds: f64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::try_from_secs_f64(seconds).unwrap()
}

fn moment(seconds: f64) -> Span {
    Span {
        began: at(seconds),
        ended: at(seconds),
    }
}

fn file(name: &str, inode: u64, size: u64, modified: i128) -> Sighting {
    Sighting {
        path: Path::new(ROOT).join(name),
        identity: FileIdentity {
            size,
            modified_ns: modified,
            inode,
        },
    }
}

fn noted(row: i64, sighting: Sighting) -> Noted {
    let Sighting { path, identity } = sighting;
    Noted {
        row,
        path,
        identity,
    }
}

/// Looks in order; the answer is that of the last.
fn looks(noted: &[Noted], looks: Vec<(f64, Vec<Sighting>)>) -> Observed {
    let mut settling = Settling::default();
    let mut observed = Observed::default();
    for (when, seen) in looks {
        (settling, observed) = observe(Path::new(ROOT), noted, settling, seen, moment(when));
    }
    observed
}

#[test]
fn a_file_rests_after_two_looks_that_found_it_the_same() {
    let a = || file("a.jpg", 1, 10, 1);
    let first = looks(&[], vec![(0.0, vec![a()])]);
    assert_eq!((first.rested, first.settling), (vec![], 1));
    assert_eq!(first.next, Some(at(3.0)));
    let early = looks(&[], vec![(0.0, vec![a()]), (2.9, vec![a()])]);
    assert_eq!((early.rested, early.next), (vec![], Some(at(3.0))));
    let rested = looks(&[], vec![(0.0, vec![a()]), (3.0, vec![a()])]);
    assert_eq!((rested.rested, rested.settling), (vec![a()], 0));
}

#[test]
fn a_change_of_size_or_time_begins_anew_and_a_long_change_makes_patient() {
    for changed in [
        file("a", 1, 11, 1),
        file("a", 1, 10, 2),
        file("a", 2, 10, 1),
    ] {
        let seen = looks(
            &[],
            vec![
                (0.0, vec![file("a", 1, 10, 1)]),
                (2.0, vec![changed.clone()]),
                (4.9, vec![changed.clone()]),
            ],
        );
        assert_eq!((seen.rested, seen.next), (vec![], Some(at(5.0))));
    }
    // it grew for 20 seconds, so a pause of 9 is no end
    let growing = |still: f64| {
        vec![
            (0.0, vec![file("a", 1, 1, 1)]),
            (20.0, vec![file("a", 1, 2, 2)]),
            (20.0 + still, vec![file("a", 1, 2, 2)]),
        ]
    };
    assert_eq!(looks(&[], growing(9.0)).rested, []);
    assert_eq!(looks(&[], growing(10.0)).rested.len(), 1);
}

/// In a look that takes long, a file may have been seen at its beginning or at its end.
#[test]
fn a_long_look_is_no_rest() {
    let a = || vec![file("a.jpg", 1, 10, 1)];
    let look = |began, ended| Span {
        began: at(began),
        ended: at(ended),
    };
    let root = Path::new(ROOT);
    let (settling, _) = observe(root, &[], Settling::default(), a(), look(0.0, 10.0));
    let (settling, observed) = observe(root, &[], settling, a(), look(10.5, 20.0));
    assert_eq!(observed.rested, []);
    let (_, observed) = observe(root, &[], settling, a(), look(20.0, 30.0));
    assert_eq!(observed.rested, a());
}

#[test]
fn what_is_gone_is_not_waited_for_and_begins_anew_when_it_is_back() {
    let a = || file("a.jpg", 1, 10, 1);
    let gone = looks(&[], vec![(0.0, vec![a()]), (1.0, vec![])]);
    assert_eq!((gone.settling, gone.next), (0, None));
    let back = looks(&[], vec![(0.0, vec![a()]), (1.0, vec![]), (3.5, vec![a()])]);
    assert_eq!((back.rested, back.settling), (vec![], 1));
}

#[test]
fn a_clock_that_was_set_back_keeps_nothing_waiting() {
    let a = || file("a.jpg", 1, 10, 1);
    let seen = looks(
        &[],
        vec![(5000.0, vec![a()]), (10.0, vec![a()]), (13.0, vec![a()])],
    );
    assert_eq!(seen.rested, [a()]);
}

#[test]
fn a_known_file_is_known_under_every_name() {
    let known = [noted(7, file("a.jpg", 1, 10, 1))];
    let moved = looks(&known, vec![(0.0, vec![file("sub/b.jpg", 1, 10, 1)])]);
    assert_eq!(moved.moved, [(7, file("sub/b.jpg", 1, 10, 1))]);
    assert_eq!(moved.settling, 0);
    let link = vec![file("a.jpg", 1, 10, 1), file("b.jpg", 1, 10, 1)];
    assert_eq!(looks(&known, vec![(0.0, link)]), Observed::default());
    // a drive that numbers its files anew at each mount
    let renumbered = looks(&known, vec![(0.0, vec![file("a.jpg", 9, 10, 1)])]);
    assert_eq!(renumbered, Observed::default());
}

#[test]
fn other_content_under_a_known_name_is_a_new_file() {
    let known = [noted(7, file("a.jpg", 1, 10, 1))];
    for replaced in [
        file("a.jpg", 2, 11, 2),
        file("a.jpg", 1, 10, 2),
        file("a.jpg", 1, 11, 1),
    ] {
        let both = vec![(0.0, vec![replaced.clone()]), (3.0, vec![replaced.clone()])];
        assert_eq!(looks(&known, both).rested, [replaced]);
    }
}

#[test]
fn without_file_numbers_two_alike_are_two() {
    let known = [noted(7, file("a.jpg", 0, 10, 1))];
    let twins = || {
        vec![
            file("a.jpg", 0, 10, 1),
            file("b.jpg", 0, 10, 1),
            file("c.jpg", 0, 10, 1),
        ]
    };
    let seen = looks(&known, vec![(0.0, twins()), (3.0, twins())]);
    assert_eq!(seen.rested.len(), 2);
    let renamed = looks(&known, vec![(0.0, vec![file("b.jpg", 0, 10, 1)])]);
    assert_eq!(renamed.moved.len(), 1);
}

#[test]
fn two_new_names_of_one_file_are_queued_once() {
    let links = || vec![file("a.jpg", 1, 10, 1), file("b.jpg", 1, 10, 1)];
    let seen = looks(&[], vec![(0.0, links()), (3.0, links())]);
    assert_eq!(seen.rested, [file("a.jpg", 1, 10, 1)]);
}

#[test]
fn a_name_that_is_not_the_last_is_left_alone_until_it_is() {
    let early = || file("film.mp4.crdownload", 1, 10, 1);
    let named = || file("film.mp4", 1, 10, 1);
    let seen = looks(&[], vec![(0.0, vec![early()]), (60.0, vec![early()])]);
    assert_eq!(seen, Observed::default());
    let seen = looks(
        &[],
        vec![
            (0.0, vec![early()]),
            (60.0, vec![named()]),
            (63.0, vec![named()]),
        ],
    );
    assert_eq!(seen.rested, [named()]);
}

/// What happens in the folder between two looks.
#[derive(Clone, Debug)]
enum Event {
    Write(u8),
    Rename(u8, u8),
    Link(u8, u8),
    Delete(u8),
    Wait(u8),
    /// The watcher begins anew and knows what is written down.
    Restart,
}

fn any_event() -> impl Strategy<Value = Event> {
    let name = || 0..4_u8;
    prop_oneof![
        3 => name().prop_map(Event::Write),
        2 => (name(), name()).prop_map(|(from, to)| Event::Rename(from, to)),
        1 => (name(), name()).prop_map(|(from, to)| Event::Link(from, to)),
        1 => name().prop_map(Event::Delete),
        4 => (0..50_u8).prop_map(Event::Wait),
        1 => Just(Event::Restart),
    ]
}

/// A folder, and a watcher that writes down what it decides, as the store does.
#[derive(Default)]
struct Model {
    files: BTreeMap<u8, FileIdentity>,
    /// When each content was written.
    written: BTreeMap<i128, f64>,
    rows: BTreeMap<i64, (PathBuf, FileIdentity)>,
    queued: Vec<FileIdentity>,
    settling: Settling,
    clock: f64,
    counter: u32,
}

impl Model {
    fn happens(&mut self, event: &Event) {
        match *event {
            Event::Write(name) => {
                self.counter += 1;
                let inode = self
                    .files
                    .get(&name)
                    .map_or(100 + u64::from(self.counter), |old| old.inode);
                let identity = FileIdentity {
                    size: 5,
                    modified_ns: i128::from(self.counter),
                    inode,
                };
                // every name of the file sees the change
                let names: Vec<u8> = self
                    .files
                    .iter()
                    .filter(|(_, old)| old.inode == inode)
                    .map(|(name, _)| *name)
                    .collect();
                for name in names.into_iter().chain([name]) {
                    self.files.insert(name, identity);
                }
                self.written.insert(identity.modified_ns, self.clock);
            }
            Event::Rename(from, to) if from != to => {
                if let Some(file) = self.files.remove(&from) {
                    self.files.insert(to, file);
                }
            }
            Event::Link(from, to) => {
                if let Some(file) = self.files.get(&from).copied() {
                    self.files.entry(to).or_insert(file);
                }
            }
            Event::Delete(name) => drop(self.files.remove(&name)),
            Event::Wait(tenths) => self.clock += f64::from(tenths) / 10.0,
            Event::Restart => self.settling = Settling::default(),
            Event::Rename(..) => {}
        }
    }

    fn look(&mut self) {
        let seen: Vec<Sighting> = self
            .files
            .iter()
            .map(|(name, identity)| Sighting {
                path: Path::new(ROOT).join(name.to_string()),
                identity: *identity,
            })
            .collect();
        let noted: Vec<Noted> = self
            .rows
            .iter()
            .map(|(row, (path, identity))| Noted {
                row: *row,
                path: path.clone(),
                identity: *identity,
            })
            .collect();
        let settling = std::mem::take(&mut self.settling);
        let (settling, observed) =
            observe(Path::new(ROOT), &noted, settling, seen, moment(self.clock));
        self.settling = settling;
        for (row, _) in &observed.moved {
            self.rows.remove(row);
        }
        for (_, sighting) in observed.moved {
            self.note(sighting);
        }
        for sighting in observed.rested {
            self.queued.push(sighting.identity);
            self.note(sighting);
        }
    }

    fn note(&mut self, sighting: Sighting) {
        self.rows.retain(|_, (path, _)| *path != sighting.path);
        self.counter += 1;
        self.rows
            .insert(i64::from(self.counter), (sighting.path, sighting.identity));
    }
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::with_cases(300) })]

    #[test]
    fn every_content_that_rests_is_queued_once_and_nothing_that_moves(events in prop::collection::vec(any_event(), 1..60)) {
        let mut model = Model::default();
        for event in &events {
            model.happens(event);
            let before = model.queued.len();
            model.look();
            for identity in &model.queued[before..] {
                let written = model.written[&identity.modified_ns];
                prop_assert!(model.clock - written >= 2.999, "queued {} s after a write", model.clock - written);
            }
        }
        // and whatever is there in the end comes to rest
        for _ in 0..30 {
            model.happens(&Event::Wait(40));
            model.look();
        }
        for (name, identity) in &model.files {
            let times = model.queued.iter().filter(|queued| *queued == identity).count();
            prop_assert_eq!(times, 1, "file {} of {:?}", name, events);
        }
    }
}
