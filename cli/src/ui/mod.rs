// SPDX-License-Identifier: Apache-2.0

//! How things are shown: results on standard output, progress on the error stream.
//!
//! People get tables and lines; with `--json` machines get one JSON value and no progress. Colours and moving
//! things appear on a terminal only, and no colours if `NO_COLOR` is set.

use std::{
	env,
	fmt::Display,
	io::{self, BufRead, IsTerminal, Write},
};

use serde_json::Value;

use crate::failure::Failure;

mod spinner;
mod table;

pub use self::{spinner::Spinner, table::Table};

/// How a command shows what it does.
#[derive(Clone, Copy, Debug)]
pub struct Ui {
	/// Whether machines read.
	pub json: bool,
}

/// What a text is, for its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
	/// It has come about.
	Good,
	/// It has not.
	Bad,
	/// Look here.
	Strong,
	/// It matters less.
	Dim,
}

impl Tone {
	const fn code(self) -> &'static str {
		match self {
			Self::Good => "32",
			Self::Bad => "31",
			Self::Strong => "1",
			Self::Dim => "2",
		}
	}
}

impl Ui {
	/// For people, or for machines.
	pub const fn new(json: bool) -> Self {
		Self { json }
	}

	/// Whether standard output shows colours.
	pub fn colour(self) -> bool {
		!self.json && colours_wanted() && io::stdout().is_terminal()
	}

	/// Whether somebody can be asked.
	pub fn interactive(self) -> bool {
		!self.json && io::stdin().is_terminal() && io::stderr().is_terminal()
	}

	/// A text for standard output, coloured if that shows colours.
	pub fn paint(self, tone: Tone, text: impl Display) -> String {
		paint(self.colour(), tone, text)
	}

	/// Prints the result: the text, or the JSON value.
	///
	/// # Errors
	///
	/// If it cannot be written; that nobody reads it to the end is no failure.
	pub fn print(self, human: impl Display, json: &Value) -> Result<(), Failure> {
		print_out(&self.text(human, json))
	}

	/// What [`Ui::print`] prints.
	pub fn text(self, human: impl Display, json: &Value) -> String {
		match self.json {
			true => format!("{json:#}\n"),
			false => format!("{}\n", human.to_string().trim_end_matches('\n')),
		}
	}

	/// A line of progress; nothing for machines.
	pub fn line(self, text: impl Display) {
		if !self.json {
			// If nobody can read the progress, the work goes on all the same.
			let _ = writeln!(io::stderr(), "{text}");
		}
	}

	/// A line of progress with a mark before it.
	pub fn note(self, tone: Tone, mark: &str, text: impl Display) {
		let colour = colours_wanted() && io::stderr().is_terminal();
		self.line(format_args!("{} {text}", paint(colour, tone, mark)));
	}

	/// Shows what is being waited for.
	pub fn spinner(self, text: impl Into<String>) -> Spinner {
		Spinner::new(self, text.into())
	}

	/// Asks for a yes.
	///
	/// # Errors
	///
	/// If the terminal cannot be read.
	pub fn confirm(self, question: &str) -> Result<bool, Failure> {
		write!(io::stderr(), "{question} [y/N] ")?;
		io::stderr().flush()?;
		let mut answer = String::new();
		io::stdin().lock().read_line(&mut answer)?;
		Ok(matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
	}
}

/// Writes to standard output; that nobody reads it to the end is no failure.
pub fn print_out(output: &str) -> Result<(), Failure> {
	match io::stdout().write_all(output.as_bytes()) {
		Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
		_ => Ok(()),
	}
}

/// Whether the user wants colours at all: <https://no-color.org>.
fn colours_wanted() -> bool {
	env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

fn paint(colour: bool, tone: Tone, text: impl Display) -> String {
	if colour { format!("\x1b[{}m{text}\x1b[0m", tone.code()) } else { text.to_string() }
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn colours_should_be_left_out_where_none_are_wanted() {
		assert_eq!(paint(true, Tone::Good, "done"), "\x1b[32mdone\x1b[0m");
		assert_eq!(paint(false, Tone::Good, "done"), "done");
		// Machines never get colours, whatever reads the output.
		assert_eq!(Ui::new(true).paint(Tone::Bad, 7), "7");
	}
}
