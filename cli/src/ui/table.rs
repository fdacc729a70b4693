// SPDX-License-Identifier: Apache-2.0

//! Tables for people.

use std::fmt;

use comfy_table::{CellAlignment, ContentArrangement, presets};

/// Rows under headings.
pub struct Table(comfy_table::Table);

impl Table {
	/// An empty table with these headings.
	pub fn new(headings: &[&str]) -> Self {
		let mut table = comfy_table::Table::new();
		table
			.load_preset(presets::UTF8_HORIZONTAL_ONLY)
			.set_content_arrangement(ContentArrangement::Disabled)
			.set_header(headings);
		Self(table)
	}

	/// Aligns these columns to the right: numbers.
	#[must_use]
	pub fn right(mut self, columns: &[usize]) -> Self {
		for column in columns {
			if let Some(column) = self.0.column_mut(*column) {
				column.set_cell_alignment(CellAlignment::Right);
			}
		}
		self
	}

	/// Adds a row.
	pub fn row<T: ToString>(&mut self, cells: impl IntoIterator<Item = T>) -> &mut Self {
		self.0.add_row(cells.into_iter().map(|cell| cell.to_string()));
		self
	}

	/// Whether it has no rows.
	pub fn is_empty(&self) -> bool {
		self.0.row_iter().next().is_none()
	}
}

/// Lines without spaces at their ends.
impl fmt::Display for Table {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let lines = self.0.to_string();
		let mut lines = lines.lines().map(str::trim_end).peekable();
		while let Some(line) = lines.next() {
			f.write_str(line)?;
			if lines.peek().is_some() {
				f.write_str("\n")?;
			}
		}
		Ok(())
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn numbers_should_stand_at_the_right() {
		let mut table = Table::new(&["token", "amount"]).right(&[1]);
		assert!(table.is_empty());
		table.row(["USDT", "1.5"]).row(["WBTC", "1,000"]);
		let expected = "\
────────────────
 token   amount
════════════════
 USDT       1.5
────────────────
 WBTC     1,000
────────────────";
		assert_eq!(table.to_string(), expected);
		assert!(!table.is_empty());
	}
}
