// SPDX-License-Identifier: Apache-2.0

//! Durations as text: a whole number and `ms`, `s`, `m`, `h` or `d`.
//!
//! ```
//! #[derive(serde::Serialize, serde::Deserialize)]
//! struct Config {
//!     #[serde(with = "ligature_service_kit::duration")]
//!     patience: std::time::Duration,
//! }
//! ```

use serde::{Deserialize, Deserializer, Serializer, de};
use std::time::Duration;

/// The units, from the largest, in milliseconds.
const UNITS: [(&str, u64); 5] =
	[("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

/// Why a text is no duration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DurationError {
	/// It is not a number and a unit.
	#[error("`{0}` is no duration: write a whole number and ms, s, m, h or d, as in \"2s\"")]
	Malformed(String),
	/// It is longer than 2^64 milliseconds.
	#[error("`{0}` is too long")]
	TooLong(String),
}

/// Reads a duration.
///
/// # Errors
///
/// [`DurationError`].
pub fn parse(text: &str) -> Result<Duration, DurationError> {
	let malformed = || DurationError::Malformed(text.into());
	let digits = text.bytes().take_while(u8::is_ascii_digit).count();
	let (number, unit) = text.split_at(digits);
	let (_, factor) = UNITS.into_iter().find(|(name, _)| *name == unit).ok_or_else(malformed)?;
	if number.is_empty() {
		return Err(malformed());
	}
	let count: Option<u64> = number.parse().ok();
	let millis = count.and_then(|count| count.checked_mul(factor));
	millis.map(Duration::from_millis).ok_or_else(|| DurationError::TooLong(text.into()))
}

/// Writes a duration in the largest unit in which it is a whole number; parts of a millisecond are left
/// out.
pub fn format(duration: Duration) -> String {
	let millis = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
	let fits = |(_, factor): &(&str, u64)| millis.is_multiple_of(*factor);
	let (unit, factor) = match millis {
		0 => ("s", 1_000),
		_ => UNITS.into_iter().find(fits).unwrap_or(("ms", 1)),
	};
	format!("{}{unit}", millis / factor)
}

/// For `#[serde(with = …)]`.
///
/// # Errors
///
/// Those of the serializer.
pub fn serialize<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
	serializer.serialize_str(&format(*duration))
}

/// For `#[serde(with = …)]`.
///
/// # Errors
///
/// Those of the deserializer, and [`DurationError`].
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
	parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn durations_should_be_read_and_written() {
		let cases = [
			("500ms", 500, "500ms"),
			("2s", 2_000, "2s"),
			("1m", 60_000, "1m"),
			("90s", 90_000, "90s"),
			("3600s", 3_600_000, "1h"),
			("48h", 172_800_000, "2d"),
			("0ms", 0, "0s"),
		];
		for (text, millis, written) in cases {
			let duration = Duration::from_millis(millis);
			assert_eq!(parse(text), Ok(duration));
			assert_eq!(format(duration), written);
			assert_eq!(parse(written), Ok(duration));
		}
	}

	#[test]
	fn what_is_no_duration_should_be_refused() {
		for text in ["", "2", "s", "2 s", "-2s", "1.5s", "2S", "2sec", "s2", "٣s"] {
			assert_eq!(parse(text), Err(DurationError::Malformed(text.into())), "{text}");
		}
		for text in ["18446744073709551616ms", "18446744073709551615s"] {
			assert_eq!(parse(text), Err(DurationError::TooLong(text.into())), "{text}");
		}
	}
}
