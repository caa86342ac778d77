//! A check for machines. What the fields mean stands in docs/check.md, under the number of the version.

use serde_json::{Value, json};

use super::Checked;
use super::finding::{Finding, What};
use crate::color::css;
use crate::failure::{Failure, shown};

/// Raised when a field goes or means something else; new ones may come without.
const VERSION: u32 = 1;

pub(super) fn json(checked: &Checked) -> Value {
    let ignored = |(found, reason): &(Finding, String)| {
        let mut object = finding(found);
        object["reason"] = reason.as_str().into();
        object
    };
    let failure = |(path, failure): &(std::path::PathBuf, Failure)| json!({ "path": shown(path), "reason": failure.reason, "advice": failure.advice });
    json!({
        "version": VERSION,
        "findings": checked.findings.iter().map(finding).collect::<Vec<_>>(),
        "ignored": checked.ignored.iter().map(ignored).collect::<Vec<_>>(),
        "failures": checked.failures.iter().map(failure).collect::<Vec<_>>(),
        "totals": {
            "files": checked.files.len(),
            "findings": checked.findings.len(),
            "ignored": checked.ignored.len(),
            "failures": checked.failures.len(),
            "savings": checked.savings(),
            "fixed": checked.fixed,
            "saved": checked.saved,
        },
    })
}

fn finding(finding: &Finding) -> Value {
    let mut object = json!({
        "rule": finding.what.rule(),
        "path": shown(&finding.path),
        "line": finding.line,
        "message": finding.message(),
    });
    match &finding.what {
        What::Smaller { before, after } => object["bytes"] = json!({ "before": before, "after": after }),
        What::Budget { pattern, most, bytes, files } => {
            object["budget"] = json!({ "pattern": pattern, "most": most, "bytes": bytes, "files": files });
        }
        What::Colors { outside, count } => {
            let named: Vec<String> = outside.iter().map(|&color| css(color)).collect();
            object["colors"] = json!({ "count": count, "first": named });
        }
        What::Twice => {}
    }
    object
}
