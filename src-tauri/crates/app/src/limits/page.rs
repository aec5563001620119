//! Limits between the words of the page and the numbers of the queue.

use credentials::Account;
use engine::{Hours, RateLimit};

use super::Limits;
use crate::aloft::Aloft;
use crate::contract::{HoursView, LimitView, LimitsView, Problem, ProblemKind};
use crate::problems;
use crate::rates::Rate;
use crate::words::{self, Words};

/// More than this at a time helps nobody, and is more than a service takes from one computer.
const MOST_REQUESTS: u32 = 64;

impl Aloft {
    pub(crate) async fn limits_view(&self) -> Result<LimitsView, Problem> {
        let mut limits = vec![view(None, self.limits(None).await?)];
        for account in self.accounts()? {
            let held = self.limits(Some(&account)).await?;
            limits.push(view(Some(&account), held));
        }
        Ok(LimitsView { limits })
    }

    /// Sets what one account may take, or everything together, whichever process sends.
    pub(crate) async fn set_limits(&self, wanted: &LimitView) -> Result<LimitsView, Problem> {
        let account = wanted.id.as_deref().map(|id| self.required(id));
        let account = account.transpose()?;
        let rate = read(wanted)?;
        if let Some(account) = &account {
            if wanted
                .concurrency
                .is_some_and(|most| most == 0 || most > MOST_REQUESTS)
            {
                return Err(bad_value(words::problem::requests_out_of_range(
                    MOST_REQUESTS,
                )));
            }
            self.limit_requests(account, wanted.concurrency).await?;
        }
        self.limit_rate(account.as_ref(), rate).await?;
        self.limits_view().await
    }
}

fn read(wanted: &LimitView) -> Result<RateLimit, Problem> {
    let hours = wanted.hours.iter().map(read_hours);
    Ok(RateLimit {
        rate: read_rate(&wanted.rate)?,
        timetable: hours.collect::<Result<_, _>>()?,
    })
}

fn read_hours(hours: &HoursView) -> Result<Hours, Problem> {
    let rate = read_rate(&hours.rate)?;
    let time = |text: &str| {
        let text = text.trim();
        let read = text.parse();
        read.map_err(|_| bad_value(words::problem::time_unreadable(text)))
    };
    Ok(Hours {
        from: time(&hours.from)?,
        to: time(&hours.to)?,
        rate,
    })
}

fn read_rate(text: &str) -> Result<Option<u64>, Problem> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let read = text.parse().map(|Rate(bytes)| Some(bytes));
    read.map_err(|_| bad_value(words::problem::rate_unreadable(text.trim())))
}

fn bad_value(fault: Words) -> Problem {
    problems::plain(ProblemKind::BadValue, fault)
}

fn view(account: Option<&Account>, held: Limits) -> LimitView {
    let text = |rate: Option<u64>| rate.map_or_else(String::new, |bytes| Rate(bytes).to_string());
    let hours = held.rate.timetable.iter().map(|hours| HoursView {
        from: hours.from.strftime("%H:%M").to_string(),
        to: hours.to.strftime("%H:%M").to_string(),
        rate: text(hours.rate),
    });
    LimitView {
        id: account.map(|account| account.id.to_string()),
        rate: text(held.rate.rate),
        hours: hours.collect(),
        concurrency: held.concurrency,
    }
}
