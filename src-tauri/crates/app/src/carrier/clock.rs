//! The service takes no request that was signed an hour ago or earlier, so a wrong clock of this computer is made up for.

use std::sync::atomic::Ordering;

use cloudinary::ErrorKind;
use jiff::Timestamp;

use crate::aloft::Aloft;

impl Aloft {
    /// Whether a request was refused for this computer's clock; the next one is signed by the service's.
    pub(crate) fn learns_the_clock(&self, error: &cloudinary::Error) -> bool {
        let (ErrorKind::StaleRequest, Some(date)) = (error.kind(), error.server_date()) else {
            return false;
        };
        let ahead = date.as_second() - Timestamp::now().as_second();
        self.0.clock_offset.store(ahead, Ordering::Relaxed);
        true
    }
}
