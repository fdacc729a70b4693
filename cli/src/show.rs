// SPDX-License-Identifier: Apache-2.0

//! Prices and times for people.

use primitive_types::U256;

use crate::{amounts::show_decimal, session::Token};

/// Significant digits of a price.
const DIGITS: usize = 6;
/// Decimals that a price is computed with.
const PRICE_DECIMALS: u8 = 18;

/// What one whole token is worth: `1 USDT = 0.000301 WETH`. Rounded down; exact amounts stand elsewhere.
pub fn price(of: &Token, units: u128, in_token: &Token, worth: u128) -> String {
	match ratio(of, units, in_token, worth) {
		Some(price) => format!("1 {} = {price} {}", of.symbol, in_token.symbol),
		None => "none".into(),
	}
}

/// How much one whole token is worth.
pub fn ratio(of: &Token, units: u128, in_token: &Token, worth: u128) -> Option<String> {
	// worth/10^in : units/10^of, with 18 decimals.
	let ten = |exponent: u8| U256::from(10u8).checked_pow(U256::from(exponent));
	let top =
		U256::from(worth).checked_mul(ten(of.decimals)?)?.checked_mul(ten(PRICE_DECIMALS)?)?;
	let bottom = U256::from(units).checked_mul(ten(in_token.decimals)?)?;
	let price = u128::try_from(top.checked_div(bottom)?).ok()?;
	Some(significant(&show_decimal(price, PRICE_DECIMALS)))
}

/// The first digits of a decimal number; whole digits all stay.
fn significant(number: &str) -> String {
	let Some((whole, part)) = number.split_once('.') else { return number.into() };
	let leading = if whole == "0" { part.len() - part.trim_start_matches('0').len() } else { 0 };
	let used = if whole == "0" { 0 } else { whole.len() };
	let kept = (leading + DIGITS.saturating_sub(used)).min(part.len());
	let part = part[..kept].trim_end_matches('0');
	if part.is_empty() { whole.into() } else { format!("{whole}.{part}") }
}

/// A span of milliseconds: `0.4 s`, `12.3 s`, `3 min 5 s`, `2 h 1 min`.
pub fn span(milliseconds: u64) -> String {
	let seconds = milliseconds / 1_000;
	match seconds {
		0..60 => format!("{seconds}.{} s", milliseconds % 1_000 / 100),
		60..3_600 => format!("{} min {} s", seconds / 60, seconds % 60),
		3_600..86_400 => format!("{} h {} min", seconds / 3_600, seconds % 3_600 / 60),
		_ => format!("{} d {} h", seconds / 86_400, seconds % 86_400 / 3_600),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use ligature_primitives::ids::{ChainId, TokenId};

	fn token(symbol: &str, decimals: u8) -> Token {
		Token {
			chain: ChainId(1),
			chain_name: "alpha".into(),
			id: TokenId(1),
			asset: Some(1),
			symbol: symbol.into(),
			decimals,
		}
	}

	#[test]
	fn prices_should_count_in_whole_tokens() {
		let (usdt, weth) = (token("USDT", 6), token("WETH", 18));
		let (reserve0, reserve1) = (3_000_000_000_000, 1_000_000_000_000_000_000_000);
		assert_eq!(price(&weth, reserve1, &usdt, reserve0), "1 WETH = 3000 USDT");
		assert_eq!(price(&usdt, reserve0, &weth, reserve1), "1 USDT = 0.000333333 WETH");
		assert_eq!(price(&usdt, 3_000_001, &usdt, 9_999_999), "1 USDT = 3.33333 USDT");
		assert_eq!(price(&usdt, 0, &weth, 5), "none");
	}

	#[test]
	fn spans_should_be_short() {
		for (milliseconds, text) in [
			(0, "0.0 s"),
			(999, "0.9 s"),
			(59_999, "59.9 s"),
			(61_000, "1 min 1 s"),
			(7_260_000, "2 h 1 min"),
			(90_000_000, "1 d 1 h"),
		] {
			assert_eq!(span(milliseconds), text);
		}
	}
}
