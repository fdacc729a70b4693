// SPDX-License-Identifier: Apache-2.0

//! Rows under headings, for terminals and for Markdown.

use crate::ui::Table;

/// Rows under headings.
#[derive(Clone, Debug)]
pub struct Grid {
	headings: Vec<String>,
	/// Columns of numbers.
	right: Vec<usize>,
	rows: Vec<Vec<String>>,
}

impl Grid {
	/// Without rows; these columns hold numbers.
	pub fn new(headings: &[&str], right: &[usize]) -> Self {
		let headings = headings.iter().map(|heading| (*heading).into()).collect();
		Self { headings, right: right.into(), rows: Vec::new() }
	}

	/// Adds a row.
	pub fn row<T: ToString>(&mut self, cells: impl IntoIterator<Item = T>) {
		self.rows.push(cells.into_iter().map(|cell| cell.to_string()).collect());
	}

	/// For terminals.
	pub fn to_table(&self) -> Table {
		let headings: Vec<_> = self.headings.iter().map(String::as_str).collect();
		let mut table = Table::new(&headings);
		for row in &self.rows {
			table.row(row);
		}
		table.right(&self.right)
	}

	/// For Markdown.
	pub fn to_markdown(&self) -> String {
		let line = |cells: &[String]| {
			let cells: Vec<_> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
			format!("| {} |\n", cells.join(" | "))
		};
		let columns = 0..self.headings.len();
		let rules: Vec<_> = columns
			.map(|column| if self.right.contains(&column) { "---:" } else { "---" }.into())
			.collect();
		let rows: String = self.rows.iter().map(|row| line(row)).collect();
		format!("{}{}{rows}", line(&self.headings), line(&rules))
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_grid_should_be_a_table_and_markdown() {
		let mut grid = Grid::new(&["who", "has"], &[1]);
		grid.row(["a|b", "12"]);
		grid.row(["c", "3"]);
		assert_eq!(
			grid.to_markdown(),
			"| who | has |\n| --- | ---: |\n| a\\|b | 12 |\n| c | 3 |\n"
		);
		let table = grid.to_table().to_string();
		assert!(table.contains("a|b") && table.contains("   3"), "{table}");
	}
}
