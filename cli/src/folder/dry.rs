//! The plan, told instead of done.

use serde_json::{Value, json};

use super::item::{Goal, Item, Task};
use crate::failure::{Failure, shown};

/// What would be done with a file, on a line.
pub(crate) fn line(item: &Item) -> Result<String, Failure> {
    let task = item.task.as_ref().map_err(Clone::clone)?;
    let target = match &task.goal {
        Goal::InPlace => String::new(),
        Goal::Mirror { packed, .. } => format!(" -> {}", shown(packed)),
    };
    Ok(format!("{}{target}: {}", shown(&item.path), verb(task)))
}

fn verb(task: &Task) -> String {
    match (task.format(), &task.goal) {
        (Some(format), _) => match task.settings.plan.floor {
            Some(floor) => {
                format!("pack as {}, to a score of {} or without loss", format.name(), floor.score)
            }
            None => format!("pack as {}", format.name()),
        },
        (None, Goal::InPlace) => format!("leave alone ({})", task.kind.name()),
        (None, Goal::Mirror { .. }) => format!("copy ({})", task.kind.name()),
    }
}

/// The same with stable names.
pub(crate) fn json(item: &Item) -> Value {
    let task = match &item.task {
        Ok(task) => task,
        Err(failure) => return failure.json(),
    };
    let output = match &task.goal {
        Goal::InPlace => shown(&item.path),
        Goal::Mirror { packed, .. } => shown(packed),
    };
    let plan = match (task.format(), &task.goal) {
        (Some(_), _) => "pack",
        (None, Goal::InPlace) => "leave-alone",
        (None, Goal::Mirror { .. }) => "copy",
    };
    json!({
        "input": shown(&item.path),
        "output": output,
        "plan": plan,
        "kind": task.kind.stable_name(),
        "format": task.format().map(huepack::Format::extension),
        "min_score": task.settings.plan.floor.map(|floor| floor.score),
    })
}
