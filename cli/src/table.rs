//! Tables for a terminal.

/// Columns of a terminal that a table tries to keep to.
const WIDTH: usize = 120;

/// Rows of text from columns of cells, the first column to the left and the others to the right; columns stand
/// close where the table would otherwise be too wide.
pub(crate) fn lines(columns: &[Vec<String>]) -> Vec<String> {
    let width = |column: &Vec<String>| column.iter().map(|cell| cell.chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = columns.iter().map(width).collect();
    let wide = widths.iter().sum::<usize>() + 2 * (widths.len() - 1) <= WIDTH;
    let gap = if wide { "  " } else { " " };
    let cell = |row: usize, i: usize| match i {
        0 => format!("{:<1$}", columns[0][row], widths[0]),
        _ => format!("{:>1$}", columns[i][row], widths[i]),
    };
    let line = |row| (0..columns.len()).map(|i| cell(row, i)).collect::<Vec<_>>().join(gap);
    (0..columns[0].len()).map(|row| line(row).trim_end().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_close_up_before_the_table_grows_too_wide() {
        let column = |text: &str| vec![text.to_owned(), "1".to_owned()];
        assert_eq!(lines(&[column("name"), column("12")]), ["name  12", "1      1"]);
        let wide = "x".repeat(119);
        assert_eq!(lines(&[column(&wide), column("2")])[0], format!("{wide} 2"));
    }
}
