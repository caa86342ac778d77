//! The page: the chart and the table as HTML that needs no other file, no network and no scripts.

use serde::Serialize;

use super::Curve;
use super::chart::Chart;
use super::table::{self, HEAD, Row};
use crate::page::rendered;

const TEMPLATE: &str = include_str!("page.html.jinja");

/// What the template reads. Numbers are text by now, but for places in the chart.
#[derive(Serialize)]
struct Page<'a> {
    name: &'a str,
    heading: String,
    chart: Chart,
    knee: String,
    reason: String,
    command: &'a str,
    pngquant_version: Option<&'a str>,
    remarks: &'a [String],
    head: [&'static str; 9],
    rows: Vec<PageRow>,
}

#[derive(Serialize)]
struct PageRow {
    key: &'static str,
    cells: [String; 9],
    is_knee: bool,
}

/// Renders the page.
pub(super) fn html(curve: &Curve<'_>) -> String {
    let row = |Row { key, cells, is_knee }| PageRow { key, cells, is_knee };
    let page = Page {
        name: &curve.name,
        heading: curve.heading(),
        chart: Chart::of(curve),
        knee: table::knee(curve),
        reason: curve.reason(),
        command: &curve.command,
        pngquant_version: curve.pngquant_version.as_deref(),
        remarks: &curve.remarks,
        head: HEAD,
        rows: table::rows(curve).into_iter().map(row).collect(),
    };
    rendered(TEMPLATE, page)
}
