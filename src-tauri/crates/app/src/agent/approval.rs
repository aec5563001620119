//! The user's word about an origin that asks for the first time: one question at a time, few of them, and each origin
//! only once in a while, whatever pages do.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use credentials::{Access, Account};
use jiff::Timestamp;
use tokio::sync::watch;

use super::client::{self, Client, Lasting, NewClient, Proof, WebOrigin};
use super::faults;
use super::refused::Refused;
use crate::aloft::{Aloft, held};
use crate::audit::{Action, Entry, Outcome, Who, Word};
use crate::contract::{Problem, ProblemKind};
use crate::desktop::Choice;
use crate::messages;

/// How long a request waits for the answer. The question stays open; what is answered later holds for the next request.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// Questions in an hour that may end without a yes. A page that is allowed once at a time is asked about as often as it comes.
const MOST_IN_VAIN: usize = 6;
const HOUR: Duration = Duration::from_secs(60 * 60);
/// How long an origin that was denied is not asked about again.
const DENIED: Duration = Duration::from_secs(24 * 60 * 60);
/// The same where nobody said no: the second question was put away, or nobody could be asked.
const QUIET: Duration = Duration::from_secs(10 * 60);
/// When to come again while another question is open.
const BUSY: Duration = Duration::from_secs(30);

/// How a front end without windows asks its user: which of the answers it is, counted from 0, or none. It may take as long
/// as the user does.
pub type Asking = dyn Fn(&Choice) -> Result<Option<usize>, Problem> + Send + Sync;

/// The question that is open, and those of the last hour.
#[derive(Default)]
pub(super) struct Approvals {
    questions: Mutex<Questions>,
    /// Who is asked instead of the desktop.
    asking: Mutex<Option<Arc<Asking>>>,
}

#[derive(Default)]
struct Questions {
    open: Option<Open>,
    /// When questions ended without a yes.
    in_vain: VecDeque<Instant>,
    /// Whether the user knows that no more are asked.
    told: bool,
    quiet: BTreeMap<String, Instant>,
}

/// Why there is no question about an origin.
#[derive(Debug, PartialEq, Eq)]
enum Unasked {
    /// It was put away a while ago, or the user knows that there are no more.
    Quietly,
    /// There are no more, and the user does not know yet.
    NoMore,
}

struct Open {
    origin: WebOrigin,
    answered: watch::Receiver<bool>,
}

impl Questions {
    /// Begins a question about an origin, if there may be one now.
    fn begin(
        &mut self,
        origin: &WebOrigin,
        answered: watch::Receiver<bool>,
        now: Instant,
    ) -> Result<(), Unasked> {
        let recent = |at: &Instant, time| now.saturating_duration_since(*at) < time;
        self.in_vain.retain(|at| recent(at, HOUR));
        self.quiet.retain(|_, at| recent(at, QUIET));
        if self.quiet.contains_key(origin.as_str()) {
            return Err(Unasked::Quietly);
        }
        if self.in_vain.len() >= MOST_IN_VAIN {
            return Err(match std::mem::replace(&mut self.told, true) {
                true => Unasked::Quietly,
                false => Unasked::NoMore,
            });
        }
        self.told = false;
        self.open = Some(Open {
            origin: origin.clone(),
            answered,
        });
        Ok(())
    }

    /// The question that is open has ended.
    fn end(&mut self, allowed: bool, now: Instant) {
        self.open = None;
        if !allowed {
            self.in_vain.push_back(now);
        }
    }
}

impl Aloft {
    /// Asks the user about an origin, or waits for the answer to the question that is open about it.
    pub(super) async fn ask_about(&self, origin: &WebOrigin) -> Result<Client, Refused> {
        let mut answered = self.question(origin)?;
        let answer = tokio::time::timeout(LONGEST_WAIT, answered.wait_for(|done| *done));
        if answer.await.is_err() {
            return Err(Refused::NoAnswer(origin.to_string()));
        }
        let client = self.client_of_origin(origin)?;
        client.ok_or_else(|| Refused::NotAllowed(origin.to_string()))
    }

    /// Questions about origins go to this, and not to the desktop.
    pub fn ask_by(&self, asking: Arc<Asking>) {
        *held(&self.0.agent.approvals.asking) = Some(asking);
    }

    async fn choose(&self, choice: Choice) -> Result<Option<usize>, Problem> {
        let asking = held(&self.0.agent.approvals.asking).clone();
        match asking {
            Some(asking) => tokio::task::spawn_blocking(move || asking(&choice))
                .await
                .unwrap_or(Ok(None)),
            None => self.0.desktop.choose(choice).await,
        }
    }

    /// The open question about this origin, or a new one.
    fn question(&self, origin: &WebOrigin) -> Result<watch::Receiver<bool>, Refused> {
        let mut questions = held(&self.0.agent.approvals.questions);
        match &questions.open {
            Some(open) if open.origin == *origin => return Ok(open.answered.clone()),
            Some(_) => return Err(Refused::Busy { after: BUSY }),
            None => {}
        }
        // What would be signed for nobody is not asked about.
        let account = self.account(None).map_err(Refused::Account)?;
        if let Access::Unsigned { .. } = account.access {
            return Err(Refused::Account(faults::no_secret(&account.label)));
        }
        let (answer, answered) = watch::channel(false);
        let begun = questions.begin(origin, answered.clone(), Instant::now());
        if let Err(unasked) = begun {
            if unasked == Unasked::NoMore {
                let problem = faults::no_more_questions(origin.as_str());
                // A terminal shows what is logged as an error; a window gets the notice.
                tracing::error!("{problem}");
                self.notify_trouble(problem);
            }
            return Err(Refused::NotAllowed(origin.to_string()));
        }
        let (aloft, origin) = (self.clone(), origin.clone());
        tokio::spawn(async move {
            let allowed = aloft.decide(&origin, &account).await;
            held(&aloft.0.agent.approvals.questions).end(allowed, Instant::now());
            answer.send_replace(true);
        });
        Ok(answered)
    }

    /// Asks, and keeps what was answered. Answers whether the origin is let in.
    async fn decide(&self, origin: &WebOrigin, account: &Account) -> bool {
        let kept = match self.answer_about(origin, account).await {
            Ok(Answer::Allow(lasting)) => {
                // Before anybody is let in.
                match self.write_answer(origin, account, Some(lasting)).await {
                    Ok(()) => self.keep_answer(origin, account, Some(lasting)),
                    Err(problem) => Err(Some(problem)),
                }
                .map(|()| true)
            }
            Ok(Answer::Deny) => {
                // It stays out, whatever becomes of the log.
                let _ = self.write_answer(origin, account, None).await;
                self.keep_answer(origin, account, None).map(|()| false)
            }
            Ok(Answer::PutAway) => Err(None),
            Err(problem) => Err(Some(problem)),
        };
        kept.unwrap_or_else(|problem| {
            let mut questions = held(&self.0.agent.approvals.questions);
            questions.quiet.insert(origin.to_string(), Instant::now());
            if let Some(problem) = problem.filter(|one| one.kind != ProblemKind::NotHere) {
                self.notify_trouble(problem);
            }
            false
        })
    }

    async fn write_answer(
        &self,
        origin: &WebOrigin,
        account: &Account,
        lasting: Option<Lasting>,
    ) -> Result<(), Problem> {
        let (action, outcome) = match lasting {
            Some(lasting) => {
                let span = match lasting {
                    Lasting::Once => "once",
                    Lasting::Hour => "hour",
                    Lasting::Always => "always",
                };
                let span = Word::new(span);
                (Action::AgentAllowed { span }, Outcome::Done)
            }
            None => {
                let reason = Word::new("denied");
                (Action::AgentDenied { reason }, Outcome::Refused)
            }
        };
        let entry = Entry::new(action, Who::agent(origin.as_str())).of(account);
        self.write_down(vec![entry.ended(outcome)]).await
    }

    async fn answer_about(&self, origin: &WebOrigin, account: &Account) -> Result<Answer, Problem> {
        let first = Choice {
            subject: origin.to_string(),
            title: messages::dialog_agent_ask_title(),
            body: messages::dialog_agent_ask_body(origin.as_str(), &account.label),
            answers: [
                messages::dialog_agent_ask_once(),
                messages::dialog_agent_ask_longer(),
            ],
            refuse: messages::dialog_agent_ask_deny(),
        };
        match self.choose(first).await? {
            None => return Ok(Answer::Deny),
            Some(0) => return Ok(Answer::Allow(Lasting::Once)),
            Some(_) => {}
        }
        let second = Choice {
            subject: origin.to_string(),
            title: messages::dialog_agent_longer_title(),
            body: messages::dialog_agent_longer_body(origin.as_str(), &account.label),
            answers: [
                messages::dialog_agent_longer_hour(),
                messages::dialog_agent_longer_always(),
            ],
            refuse: messages::dialog_cancel(),
        };
        Ok(match self.choose(second).await? {
            None => Answer::PutAway,
            Some(0) => Answer::Allow(Lasting::Hour),
            Some(_) => Answer::Allow(Lasting::Always),
        })
    }

    fn keep_answer(
        &self,
        origin: &WebOrigin,
        account: &Account,
        lasting: Option<Lasting>,
    ) -> Result<(), Option<Problem>> {
        let new = NewClient {
            may_sign: true,
            lasting: lasting.unwrap_or_default(),
            ..NewClient::default()
        };
        let (name, id) = (origin.to_string(), account.id.to_string());
        let mut client = client::shaped(name, Proof::Origin, id, new).map_err(Some)?;
        if lasting.is_none() {
            client.denied = true;
            client.until = Some(Timestamp::now() + DENIED);
        }
        self.0.clients.put(client).map_err(Some)
    }
}

enum Answer {
    Allow(Lasting),
    Deny,
    PutAway,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(number: usize) -> WebOrigin {
        WebOrigin::parse(&format!("http://localhost:{number}")).unwrap()
    }

    #[test]
    fn pages_get_few_questions_that_end_without_a_yes_and_the_user_is_told_once_that_there_are_no_more()
     {
        let mut questions = Questions::default();
        let (_answer, answered) = watch::channel(false);
        let now = Instant::now();
        let ask = |questions: &mut Questions, number, at, allowed| {
            questions
                .begin(&origin(number), answered.clone(), at)
                .map(|()| questions.end(allowed, at))
        };
        for number in 1..=2 * MOST_IN_VAIN {
            ask(&mut questions, number, now, true).unwrap();
        }
        for number in 1..=MOST_IN_VAIN {
            ask(&mut questions, number, now, false).unwrap();
        }
        let mut more = |number, at| ask(&mut questions, number, at, false);
        assert_eq!(more(9, now), Err(Unasked::NoMore));
        assert_eq!(more(10, now), Err(Unasked::Quietly));
        let later = now + HOUR;
        for number in 1..=MOST_IN_VAIN {
            more(number, later).unwrap();
        }
        assert_eq!(more(9, later), Err(Unasked::NoMore));
    }

    #[test]
    fn a_page_whose_question_was_put_away_has_none_for_a_while() {
        let mut questions = Questions::default();
        let (_answer, answered) = watch::channel(false);
        let now = Instant::now();
        questions.quiet.insert(origin(7).to_string(), now);
        let mut begin = |number, at| questions.begin(&origin(number), answered.clone(), at);
        assert_eq!(begin(7, now), Err(Unasked::Quietly));
        assert!(begin(8, now).is_ok());
        assert!(begin(7, now + QUIET).is_ok());
    }
}
