// SPDX-License-Identifier: Apache-2.0

//! Amounts as people write them: decimal numbers, exact to the last digit. There is no floating point here.

use ligature_primitives::constants::AMOUNT_BITS;

use crate::failure::Failure;

/// The largest amount of the protocol.
const MAX: u128 = (1 << AMOUNT_BITS) - 1;

/// A decimal number in units of 10^-`decimals`: `1.5` with 6 decimals is 1,500,000.
///
/// # Errors
///
/// [`Failure::Input`] if it is not a number, has more decimals than there are, or is too large.
pub fn parse_decimal(text: &str, decimals: u8) -> Result<u128, Failure> {
	let (whole, part) = text.split_once('.').unwrap_or((text, ""));
	let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
	let ends_in_point = part.is_empty() && text.contains('.');
	if whole.is_empty() || ends_in_point || !digits(whole) || !digits(part) {
		return Err(Failure::input(
			format!("`{text}` is not an amount"),
			"write digits, and a point before the decimals: 12 or 12.5",
		));
	}
	let part = part.trim_end_matches('0');
	if part.len() > usize::from(decimals) {
		return Err(Failure::input(
			format!("`{text}` has {} decimals, and there are {decimals}", part.len()),
			"nothing is rounded: write an amount that exists",
		));
	}
	let too_large = || {
		Failure::input(
			format!("`{text}` is too large"),
			format!("with {decimals} decimals, at most {} fits", show_decimal(MAX, decimals)),
		)
	};
	let zeros = "0".repeat(usize::from(decimals) - part.len());
	let units = format!("{whole}{part}{zeros}").parse::<u128>();
	units.ok().filter(|units| *units <= MAX).ok_or_else(too_large)
}

/// Units of 10^-`decimals` as the shortest decimal number: what [`parse_decimal`] reads back.
pub fn show_decimal(units: u128, decimals: u8) -> String {
	let decimals = usize::from(decimals);
	let digits = format!("{units:0>width$}", width = decimals + 1);
	let (whole, part) = digits.split_at(digits.len() - decimals);
	match part.trim_end_matches('0') {
		"" => whole.into(),
		part => format!("{whole}.{part}"),
	}
}

/// [`show_decimal`] with a comma between the thousands, for people.
pub fn show_grouped(units: u128, decimals: u8) -> String {
	let plain = show_decimal(units, decimals);
	let (whole, part) = match plain.split_once('.') {
		Some((whole, part)) => (whole, format!(".{part}")),
		None => (plain.as_str(), String::new()),
	};
	let mut grouped = String::new();
	for (place, digit) in whole.char_indices() {
		if place > 0 && (whole.len() - place).is_multiple_of(3) {
			grouped.push(',');
		}
		grouped.push(digit);
	}
	grouped + &part
}

/// A percentage in hundredths of a percent: `0.3%` or `0.3` is 30.
///
/// # Errors
///
/// [`Failure::Input`] if it is not a number, finer than 0.01 %, or above 100 %.
pub fn parse_percent(text: &str) -> Result<u16, Failure> {
	let number = text.strip_suffix('%').unwrap_or(text).trim_end();
	let help = "write a percentage from 0 to 100 with at most two decimals, as 0.5%";
	let bad = || Failure::input(format!("`{text}` is not such a percentage"), help);
	let bps = parse_decimal(number, 2).map_err(|_| bad())?;
	u16::try_from(bps).ok().filter(|bps| *bps <= 10_000).ok_or_else(bad)
}

/// Hundredths of a percent as a percentage: 30 is `0.3%`.
pub fn show_percent(bps: u32) -> String {
	show_decimal(bps.into(), 2) + "%"
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	fn refusal(text: &str, decimals: u8) -> String {
		parse_decimal(text, decimals).expect_err("it is none").to_string()
	}

	#[test]
	fn amounts_should_be_exact() {
		for (text, decimals, units) in [
			("0", 0, 0),
			("12", 0, 12),
			("1.5", 6, 1_500_000),
			("0.000001", 6, 1),
			("1.50000000", 6, 1_500_000),
			("007.10", 2, 710),
			("0.1", 18, 100_000_000_000_000_000),
			("5192296858534827628530496329220095", 0, MAX),
		] {
			assert_eq!(parse_decimal(text, decimals).expect("an amount"), units, "{text}");
		}
	}

	#[test]
	fn what_is_no_amount_should_be_refused_and_nothing_rounded() {
		for text in
			["", ".", "1.", ".5", "-1", "+1", "1e3", "1,000", " 1", "1 ", "0x1", "1.2.3", "٣"]
		{
			assert!(refusal(text, 6).contains("is not an amount"), "{text}");
		}
		assert!(refusal("1.0000001", 6).contains("has 7 decimals, and there are 6"));
		assert!(refusal("0.1", 0).contains("nothing is rounded"));
		let text = refusal("5192296858534827628530496329220096", 0);
		assert!(text.contains("at most 5192296858534827628530496329220095 fits"), "{text}");
		assert!(refusal(&"9".repeat(5_000), 18).contains("too large"));
	}

	#[test]
	fn thousands_should_be_grouped_for_people() {
		assert_eq!(show_grouped(1_234_567_890, 3), "1,234,567.89");
		assert_eq!(show_grouped(123, 3), "0.123");
		assert_eq!(show_grouped(1_000, 0), "1,000");
		assert_eq!(show_grouped(999, 0), "999");
	}

	#[test]
	fn percentages_should_be_hundredths_of_a_percent() {
		for (text, bps) in [("0.3%", 30), ("0.5", 50), ("100%", 10_000), ("0", 0), ("1 %", 100)] {
			assert_eq!(parse_percent(text).expect("a percentage"), bps, "{text}");
		}
		for text in ["0.001%", "100.01%", "-1%", "%", "a", ""] {
			assert!(parse_percent(text).is_err(), "{text}");
		}
		assert_eq!(show_percent(30), "0.3%");
		assert_eq!(show_percent(10_000), "100%");
	}

	proptest! {
		#[test]
		fn what_is_shown_should_be_read_back(units in 0..=MAX, decimals in 0u8..=38) {
			prop_assert_eq!(parse_decimal(&show_decimal(units, decimals), decimals).ok(), Some(units));
			let grouped = show_grouped(units, decimals).replace(',', "");
			prop_assert_eq!(grouped, show_decimal(units, decimals));
		}

		#[test]
		fn no_text_should_panic(text in ".{0,40}", decimals in any::<u8>()) {
			let _ = parse_decimal(&text, decimals);
			let _ = parse_percent(&text);
		}
	}
}
