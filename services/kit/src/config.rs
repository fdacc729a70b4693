// SPDX-License-Identifier: Apache-2.0

//! Configuration files.

use serde::de::DeserializeOwned;
use std::{
	fmt, io,
	path::{Path, PathBuf},
};

/// Why a configuration file was not taken.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
	/// It cannot be read.
	#[error("cannot read the configuration {}: {source}", path.display())]
	Unreadable {
		/// The file.
		path: PathBuf,
		/// Why.
		source: io::Error,
	},
	/// It does not say what it should.
	#[error("{}: {mistake}", path.display())]
	Invalid {
		/// The file.
		path: PathBuf,
		/// Where and what.
		mistake: Mistake,
	},
}

/// A mistake in a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
	/// Line and column, both from 1, if the mistake has a place.
	pub place: Option<(usize, usize)>,
	/// The key with its tables, as in `metrics.listen`; none for a mistake of form or of the whole file.
	pub key: Option<String>,
	/// What is wrong.
	pub reason: String,
}

impl fmt::Display for Mistake {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		if let Some((line, column)) = self.place {
			write!(f, "line {line}, column {column}: ")?;
		}
		if let Some(key) = &self.key {
			write!(f, "`{key}`: ")?;
		}
		f.write_str(&self.reason)
	}
}

/// Reads a TOML file.
///
/// # Errors
///
/// [`ConfigError`]: it cannot be read, it is no TOML, a key is unknown or missing (which the type
/// decides), a value does not fit.
pub fn load_config<T: DeserializeOwned>(path: &Path) -> Result<T, ConfigError> {
	let text = std::fs::read_to_string(path)
		.map_err(|source| ConfigError::Unreadable { path: path.into(), source })?;
	parse_config(&text).map_err(|mistake| ConfigError::Invalid { path: path.into(), mistake })
}

/// Reads TOML.
///
/// # Errors
///
/// The line, the key and what is wrong there.
pub fn parse_config<T: DeserializeOwned>(text: &str) -> Result<T, Mistake> {
	let deserializer = toml::Deserializer::new(text);
	serde_path_to_error::deserialize(deserializer).map_err(|error| {
		let key = error.path().to_string();
		let error = error.into_inner();
		Mistake {
			place: error.span().map(|span| place(text, span.start)),
			// The path of the whole file is a dot.
			key: (key != ".").then_some(key),
			reason: error.message().to_owned(),
		}
	})
}

/// Line and column of a byte.
fn place(text: &str, offset: usize) -> (usize, usize) {
	let before = text.get(..offset).unwrap_or(text);
	let line = before.rsplit('\n').next().unwrap_or_default();
	(before.matches('\n').count() + 1, line.chars().count() + 1)
}

#[cfg(test)]
mod tests {
	use super::*;
	use serde::Deserialize;
	use std::{net::SocketAddr, time::Duration};

	#[derive(Debug, Deserialize)]
	#[serde(deny_unknown_fields)]
	struct Service {
		name: String,
		metrics: Metrics,
	}

	#[derive(Debug, Deserialize)]
	#[serde(deny_unknown_fields)]
	struct Metrics {
		listen: SocketAddr,
		#[serde(with = "crate::duration")]
		every: Duration,
	}

	const GOOD: &str = "name = \"a\"\n\n[metrics]\nlisten = \"127.0.0.1:1\"\nevery = \"2s\"\n";

	fn mistake(text: &str) -> Mistake {
		parse_config::<Service>(text).expect_err("there is a mistake")
	}

	#[test]
	fn a_file_should_be_read() {
		let folder = tempfile::tempdir().expect("a folder");
		let path = folder.path().join("service.toml");
		std::fs::write(&path, GOOD).expect("writable");
		let service: Service = load_config(&path).expect("it is good");
		assert_eq!(service.name, "a");
		assert_eq!(service.metrics.listen.port(), 1);
		assert_eq!(service.metrics.every, Duration::from_secs(2));
	}

	#[test]
	fn a_mistake_should_name_file_line_and_key() {
		let folder = tempfile::tempdir().expect("a folder");
		let path = folder.path().join("service.toml");
		std::fs::write(&path, GOOD.replace("2s", "soon")).expect("writable");
		let error = load_config::<Service>(&path).expect_err("no duration").to_string();
		let start = format!("{}: line 5, column 9: `metrics.every`: `soon` is no ", path.display());
		assert!(error.starts_with(&start), "{error}");
	}

	#[test]
	fn an_unreadable_file_should_be_named() {
		let folder = tempfile::tempdir().expect("a folder");
		let path = folder.path().join("none.toml");
		let error = load_config::<Service>(&path).expect_err("it is not there").to_string();
		assert!(error.contains("none.toml"), "{error}");
	}

	#[test]
	fn every_kind_of_mistake_should_have_its_place_and_key() {
		let unknown = mistake(&GOOD.replace("every", "evry"));
		assert_eq!(unknown.place, Some((5, 1)));
		assert_eq!(unknown.key.as_deref(), Some("metrics.evry"));
		assert!(unknown.reason.contains("unknown field `evry`"), "{unknown}");

		let missing = mistake(&GOOD.replace("every = \"2s\"\n", ""));
		assert_eq!(missing.key.as_deref(), Some("metrics"));
		assert_eq!(missing.place.map(|(line, _)| line), Some(3));
		assert!(missing.reason.contains("missing field `every`"), "{missing}");

		let wrong = mistake(&GOOD.replace("\"a\"", "7"));
		assert_eq!((wrong.place, wrong.key.as_deref()), (Some((1, 8)), Some("name")));

		let form = mistake(&GOOD.replace("[metrics]", "[metrics"));
		assert_eq!(form.place.map(|(line, _)| line), Some(3));
		assert_eq!(form.key, None);
	}
}
