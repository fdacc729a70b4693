// SPDX-License-Identifier: Apache-2.0

//! Logs, to standard error.

use serde::{Deserialize, Serialize};
use std::{
	io::{self, IsTerminal},
	str::FromStr,
};
use tracing::Subscriber;
use tracing_subscriber::{
	EnvFilter, Layer,
	filter::ParseError,
	fmt::MakeWriter,
	layer::SubscriberExt,
	registry,
	util::{SubscriberInitExt, TryInitError},
};

/// How a line of the log looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
	/// For people; in colours on a terminal.
	#[default]
	Human,
	/// A JSON object per line.
	Json,
}

impl FromStr for Format {
	type Err = LogError;

	fn from_str(text: &str) -> Result<Self, LogError> {
		match text {
			"human" => Ok(Self::Human),
			"json" => Ok(Self::Json),
			_ => Err(LogError::Format(text.into())),
		}
	}
}

/// Why there are no logs.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
	/// There is no such format.
	#[error("`{0}` is no format of logs: take human or json")]
	Format(String),
	/// The filter is malformed.
	#[error(
		"`{filter}` is no filter of logs ({source}): write as in \"info,ligature_oracle=debug\""
	)]
	Filter {
		/// The filter.
		filter: String,
		/// What is wrong with it.
		source: ParseError,
	},
	/// Something has begun to write logs already.
	#[error("logs can be begun only once: {0}")]
	AlreadyBegun(TryInitError),
}

/// Begins to write logs to standard error: those that the filter lets through, as in
/// `info,ligature_oracle=debug`.
///
/// # Errors
///
/// [`LogError::Filter`], [`LogError::AlreadyBegun`].
pub fn init(format: Format, filter: &str) -> Result<(), LogError> {
	let colours = io::stderr().is_terminal();
	subscriber(format, filter, colours, io::stderr)?.try_init().map_err(LogError::AlreadyBegun)
}

fn subscriber<W>(
	format: Format,
	filter: &str,
	colours: bool,
	writer: W,
) -> Result<impl Subscriber + Send + Sync, LogError>
where
	W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
	let filter = EnvFilter::builder()
		.parse(filter)
		.map_err(|source| LogError::Filter { filter: filter.into(), source })?;
	let lines = tracing_subscriber::fmt::layer().with_writer(writer);
	let lines = match format {
		Format::Human => lines.with_ansi(colours).boxed(),
		Format::Json => lines.json().flatten_event(true).boxed(),
	};
	Ok(registry().with(filter).with(lines))
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::{
		io::Write,
		sync::{Arc, Mutex},
	};
	use tracing::subscriber::with_default;

	/// What was written.
	#[derive(Clone, Default)]
	struct Page(Arc<Mutex<Vec<u8>>>);

	impl Write for Page {
		fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
			self.0.lock().expect("no panic").write(bytes)
		}

		fn flush(&mut self) -> io::Result<()> {
			Ok(())
		}
	}

	fn written(format: Format, filter: &str) -> String {
		let page = Page::default();
		let writer = page.clone();
		let subscriber =
			subscriber(format, filter, false, move || writer.clone()).expect("a filter");
		with_default(subscriber, || {
			tracing::info!(height = 7, "a block");
			tracing::debug!("a detail");
		});
		let bytes = page.0.lock().expect("no panic").clone();
		String::from_utf8(bytes).expect("text")
	}

	#[test]
	fn what_the_filter_lets_through_should_be_written_for_people() {
		let text = written(Format::Human, "info");
		assert!(text.contains("INFO") && text.contains("a block") && text.contains("height=7"));
		assert!(!text.contains("a detail"));
		assert!(written(Format::Human, "debug").contains("a detail"));
		assert_eq!(written(Format::Human, "off"), "");
	}

	#[test]
	fn json_should_have_an_object_per_line() {
		let text = written(Format::Json, "debug");
		let lines: Vec<&str> = text.lines().collect();
		assert_eq!(lines.len(), 2, "{text}");
		for part in ["\"level\":\"INFO\"", "\"message\":\"a block\"", "\"height\":7"] {
			assert!(lines[0].starts_with('{') && lines[0].contains(part), "{}", lines[0]);
		}
	}

	#[test]
	fn a_bad_filter_and_a_bad_format_should_be_refused() {
		assert!(matches!(init(Format::Human, "info,=,"), Err(LogError::Filter { .. })));
		assert!(matches!("yaml".parse::<Format>(), Err(LogError::Format(name)) if name == "yaml"));
		assert_eq!("json".parse::<Format>().ok(), Some(Format::Json));
	}

	#[test]
	fn logs_should_begin_only_once() {
		init(Format::Human, "error").expect("nobody else begins in these tests");
		assert!(matches!(init(Format::Json, "info"), Err(LogError::AlreadyBegun(_))));
	}
}
