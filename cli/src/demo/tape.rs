// SPDX-License-Identifier: Apache-2.0

//! A tape: orders that two traders send one after the other, in a file.

use std::{fmt, str::FromStr};

use super::market::{Market, Sell};

/// The tape of the demo.
pub const RECORDED: &str = include_str!("../../../tests/data/tape-usdt-weth.csv");

/// Smallest units of one USDT.
pub const USDT: u128 = 1_000_000;
/// Smallest units of one WETH.
pub const WETH: u128 = 1_000_000_000_000_000_000;

/// The pool that the provider opens: 500,000 USDT, 250 WETH, 0.3 %.
pub const OPENING: Market = Market { reserve0: 500_000 * USDT, reserve1: 250 * WETH, fee_bps: 30 };

/// What each trader begins with, in both tokens.
pub const PURSE: (u128, u128) = (100_000 * USDT, 50 * WETH);

const HEADINGS: &str = "order,tick,trader,sells,amount,min_out,reference";

/// Who trades.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trader {
	/// Trades when the pool's price is far from that elsewhere.
	Arbitrageur,
	/// Trades for reasons of their own.
	Noise,
}

/// An order.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
	/// When, in ticks of the reference price.
	pub tick: u32,
	/// Who.
	pub trader: Trader,
	/// What is sold: USDT is side 0, WETH side 1.
	pub sells: Sell,
	/// How much, in smallest units.
	pub amount: u128,
	/// Least that must come out, in smallest units of the other token.
	pub min_out: u128,
	/// The reference price in cents of a USDT for one WETH.
	pub reference: u64,
}

/// Why a file is no tape.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the tape: {what}; lines are `{HEADINGS}`, comments begin with #")]
pub struct TapeError {
	line: usize,
	what: String,
}

/// Reads a tape.
///
/// # Errors
///
/// The first line that is not as it should be.
pub fn read(text: &str) -> Result<Vec<Order>, TapeError> {
	let mut orders = Vec::new();
	let mut lines = text
		.lines()
		.enumerate()
		.map(|(at, line)| (at + 1, line))
		.filter(|(_, line)| !line.starts_with('#'));
	let (line, headings) = lines.next().unwrap_or((1, ""));
	if headings != HEADINGS {
		return Err(TapeError { line, what: "the headings are missing".into() });
	}
	for (line, text) in lines {
		let order = read_order(text, orders.len() + 1).map_err(|what| TapeError { line, what })?;
		orders.push(order);
	}
	Ok(orders)
}

fn read_order(line: &str, expected: usize) -> Result<Order, String> {
	let fields: Vec<_> = line.split(',').collect();
	let [order, tick, trader, sells, amount, min_out, reference] = fields[..] else {
		return Err(format!("{} fields instead of 7", fields.len()));
	};
	if number::<usize>(order)? != expected {
		return Err(format!("order {order} stands where order {expected} should"));
	}
	let (amount, min_out) = (number(amount)?, number(min_out)?);
	if amount == 0 || min_out == 0 {
		return Err("an amount is 0".into());
	}
	let trader = match trader {
		"arbitrageur" => Trader::Arbitrageur,
		"noise" => Trader::Noise,
		other => return Err(format!("nobody is called {other}")),
	};
	let sells = match sells {
		"USDT" => Sell::Zero,
		"WETH" => Sell::One,
		other => return Err(format!("there is no token {other}")),
	};
	let tick = number(tick)?;
	let reference = cents(reference)?;
	Ok(Order { tick, trader, sells, amount, min_out, reference })
}

fn number<T: FromStr>(text: &str) -> Result<T, String> {
	text.parse().map_err(|_| format!("{text} is not a number of its range"))
}

/// `1999.05` as 199,905.
fn cents(text: &str) -> Result<u64, String> {
	let price = || text.split_once('.').filter(|(_, cents)| cents.len() == 2);
	let (whole, cents) = price().ok_or_else(|| format!("{text} is not a price with two digits"))?;
	let (whole, cents) = (number::<u32>(whole)?, number::<u8>(cents)?);
	Ok(u64::from(whole) * 100 + u64::from(cents))
}

/// Writes a tape with a comment above it.
pub fn write(orders: &[Order]) -> String {
	let mut text = format!(
		"# Orders of two traders for the demo, made by `generate` in cli/src/demo/generator.rs, where the method stands.\n\
		 # Amounts in smallest units (USDT has 6 decimals, WETH 18); reference: USDT for one WETH elsewhere.\n\
		 {HEADINGS}\n"
	);
	for (number, order) in (1..).zip(orders) {
		text.push_str(&format!("{number},{order}\n"));
	}
	text
}

/// An order as on its line, without its number.
impl fmt::Display for Order {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let Self { tick, trader, sells, amount, min_out, reference } = self;
		let sells = sells.symbol();
		let (whole, cents) = (reference / 100, reference % 100);
		write!(f, "{tick},{},{sells},{amount},{min_out},{whole}.{cents:02}", trader.name())
	}
}

impl Trader {
	/// As the tape calls them.
	pub fn name(self) -> &'static str {
		match self {
			Self::Arbitrageur => "arbitrageur",
			Self::Noise => "noise",
		}
	}
}

impl Sell {
	/// The token that is sold.
	pub fn symbol(self) -> &'static str {
		match self {
			Self::Zero => "USDT",
			Self::One => "WETH",
		}
	}
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a panic is how a test reports")]
mod tests {
	use super::*;
	use crate::demo::generator::{ORDERS, generate};

	#[test]
	fn a_tape_should_read_as_it_was_written() {
		let orders = generate(2);
		assert_eq!(orders.len(), ORDERS);
		assert_eq!(read(&write(&orders)).unwrap(), orders);
	}

	#[test]
	fn what_is_no_tape_should_be_refused_with_its_line() {
		let good = "1,1,noise,USDT,5,4,2000.00";
		let tape = |line: &str| read(&format!("# a comment\n{HEADINGS}\n{line}\n"));
		assert_eq!(tape(good).unwrap().len(), 1);
		for (line, what) in [
			("1,1,noise,USDT,5,4", "6 fields"),
			("2,1,noise,USDT,5,4,2000.00", "order 2 stands where order 1 should"),
			("1,1,somebody,USDT,5,4,2000.00", "nobody is called somebody"),
			("1,1,noise,USDC,5,4,2000.00", "no token USDC"),
			("1,1,noise,USDT,-5,4,2000.00", "-5 is not a number"),
			("1,1,noise,USDT,0,4,2000.00", "an amount is 0"),
			("1,1,noise,USDT,5,4,2000", "2000 is not a price"),
		] {
			let error = tape(line).unwrap_err();
			assert_eq!(error.line, 3);
			assert!(error.to_string().contains(what), "{error}");
		}
		assert_eq!(read("").unwrap_err().line, 1);
		assert!(read(good).unwrap_err().to_string().contains("headings"));
	}
}
