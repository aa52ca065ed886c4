//! How the program ends. One table of codes, one place that ends the process.

use std::process::ExitCode;

use crate::words::report::{BatchReport, Status};

/// How the program ends, from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ExitStatus {
    /// 0: every photo was written (or checked) and breaks no rule.
    Success,
    /// 1: some photo breaks a rule.
    NotCompliant,
    /// 2: some photo could not be processed, or the command is wrong.
    Failed,
    /// 130: somebody pressed Ctrl-C.
    Interrupted,
}

impl ExitStatus {
    /// The code the system sees.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::NotCompliant => 1,
            Self::Failed => 2,
            Self::Interrupted => 130,
        }
    }

    /// The worse of two.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        self.max(other)
    }

    /// Ends the process at once, running nothing that is left to run.
    // From the thread that hears Ctrl-C there is no way back through main.
    pub fn leave(self) -> ! {
        std::process::exit(i32::from(self.code()))
    }
}

impl ExitStatus {
    /// The worst photo decides, and where one is `strict` a photo to be looked at counts as broken; no photo at all is a wrong command.
    pub fn of(batch: &BatchReport, strict: bool) -> Self {
        match batch.worst() {
            Some(Status::Review) if strict => Self::NotCompliant,
            Some(Status::Compliant | Status::Review) => Self::Success,
            Some(Status::NotCompliant) => Self::NotCompliant,
            Some(Status::Failed) | None => Self::Failed,
        }
    }
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(status.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merging_keeps_the_worse_and_the_order_does_not_matter() {
        use ExitStatus::{Failed, Interrupted, NotCompliant, Success};
        let all = [Success, NotCompliant, Failed, Interrupted];
        for (i, a) in all.into_iter().enumerate() {
            for (j, b) in all.into_iter().enumerate() {
                assert_eq!(a.merge(b), all[i.max(j)]);
            }
        }
    }

    #[test]
    fn the_codes_are_those_promised() {
        let batch = |compliant, not_compliant, failed| {
            let batch = BatchReport { compliant, not_compliant, failed, ..BatchReport::default() };
            ExitStatus::of(&batch, false).code()
        };
        let review = BatchReport { compliant: 2, review: 1, ..BatchReport::default() };
        assert_eq!(ExitStatus::of(&review, false).code(), 0);
        assert_eq!(ExitStatus::of(&review, true).code(), 1);
        assert_eq!(batch(3, 0, 0), 0);
        assert_eq!(batch(3, 1, 0), 1);
        assert_eq!(batch(3, 1, 1), 2);
        assert_eq!(batch(0, 0, 0), 2);
        assert_eq!(ExitStatus::Interrupted.code(), 130);
    }
}
