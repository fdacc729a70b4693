// SPDX-License-Identifier: Apache-2.0

//! Where tapes come from.
//!
//! The tape of the demo, `tests/data/tape-usdt-weth.csv`, comes from [`generate`] with seed 1, and a
//! test compares the two. The generator works like this:
//!
//! - **Reference price.** What WETH costs elsewhere, in USDT, is a geometric random walk: at every tick it is
//!   multiplied by `1 + 0.0025·g`, where g is the sum of twelve uniform numbers less six, which is nearly normal.
//! - **Noise.** At three of five ticks a trader without an opinion buys or sells, with equal chance, for `400·u/(1 − 0.95·u)`
//!   USDT with u uniform: mostly little, at times up to 8,000.
//! - **Arbitrage.** If the pool's price is further from the reference price than the pool's fee and 0.05 %, an
//!   arbitrageur trades just so much that the rest is not worth it any more.
//! - The pool of the generator starts with the liquidity of the demo and moves by the protocol's formula in
//!   integers ([`Market`]). Nobody sells more than half of what they have. Amounts have five digits. The limit (`min_out`) is what came
//!   out there less 2 %, rounded down.
//!
//! Random numbers are ChaCha20's. Of floating point only the four operations, the square root and conversion
//! are used, which IEEE 754 rounds in one way: the file is the same on every machine.

use rand_chacha::{
	ChaCha20Rng,
	rand_core::{RngCore, SeedableRng},
};

use super::{
	market::{Market, Sell},
	tape::{OPENING, Order, PURSE, Trader, USDT, WETH},
};

/// Seed of the recorded tape.
#[cfg(test)]
pub const SEED: u64 = 1;

/// Orders on a tape.
pub const ORDERS: usize = 240;

/// Random numbers, of which only what every machine computes alike is taken.
struct Random(ChaCha20Rng);

impl Random {
	/// In [0, 1), a multiple of 2^-53.
	fn uniform(&mut self) -> f64 {
		(self.0.next_u64() >> 11) as f64 / (1u64 << 53) as f64
	}

	/// Nearly normal, with mean 0 and variance 1.
	fn normal(&mut self) -> f64 {
		(0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
	}
}

/// The pool and the purses while a tape is made.
struct Generator {
	random: Random,
	market: Market,
	/// Of the arbitrageur and of the other one: what they have of both tokens.
	purses: [[u128; 2]; 2],
	tick: u32,
	/// In USDT for one WETH.
	reference: f64,
	orders: Vec<Order>,
}

/// Makes a tape. The same seed gives the same one.
pub fn generate(seed: u64) -> Vec<Order> {
	let mut bytes = *b"ligature: a tape of two\0\0\0\0\0\0\0\0\0";
	bytes[24..].copy_from_slice(&seed.to_le_bytes());
	let mut generator = Generator {
		random: Random(ChaCha20Rng::from_seed(bytes)),
		market: OPENING,
		purses: [[PURSE.0, PURSE.1]; 2],
		tick: 0,
		reference: 2_000.0,
		orders: Vec::new(),
	};
	while generator.orders.len() < ORDERS {
		generator.tick();
	}
	generator.orders.truncate(ORDERS);
	generator.orders
}

impl Generator {
	fn tick(&mut self) {
		self.tick += 1;
		self.reference *= 1.0 + 0.0025 * self.random.normal();
		if self.random.uniform() < 0.6 {
			let (coin, u) = (self.random.uniform(), self.random.uniform());
			let usdt = 400.0 * u / (1.0 - 0.95 * u) * USDT as f64;
			let (sells, amount) = if coin < 0.5 {
				(Sell::Zero, usdt)
			} else {
				(Sell::One, usdt / self.market.price())
			};
			self.order(Trader::Noise, sells, amount);
		}
		// Units of USDT for a unit of WETH.
		let reference = self.reference * (USDT as f64 / WETH as f64);
		let fee = f64::from(self.market.fee_bps) / 10_000.0;
		let far = 1.0 + fee + 0.0005;
		let price = self.market.price();
		let (reserve0, reserve1) = (self.market.reserve0 as f64, self.market.reserve1 as f64);
		let product = reserve0 * reserve1;
		if reference > price * far {
			let target = (product * reference * (1.0 - fee)).sqrt();
			self.order(Trader::Arbitrageur, Sell::Zero, (target - reserve0) / (1.0 - fee));
		} else if reference * far < price {
			let target = (product / reference * (1.0 - fee)).sqrt();
			self.order(Trader::Arbitrageur, Sell::One, (target - reserve1) / (1.0 - fee));
		}
	}

	/// Records an order, unless it is too small to be worth anything.
	fn order(&mut self, trader: Trader, sells: Sell, amount: f64) {
		let purse = &mut self.purses[usize::from(trader == Trader::Noise)];
		let (sold, bought) = match sells {
			Sell::Zero => (0, 1),
			Sell::One => (1, 0),
		};
		let amount = five_digits((amount.max(0.0) as u128).min(purse[sold] / 2));
		let Some(out) = Some(amount)
			.filter(|amount| *amount >= 100_000)
			.and_then(|amount| self.market.sell(sells, amount))
		else {
			return;
		};
		purse[sold] -= amount;
		purse[bought] += out;
		self.orders.push(Order {
			tick: self.tick,
			trader,
			sells,
			amount,
			min_out: out / 100 * 98,
			reference: (self.reference * 100.0) as u64,
		});
	}
}

/// The number with all but its first five digits set to 0.
fn five_digits(number: u128) -> u128 {
	let mut power = 1;
	while number / power >= 100_000 {
		power *= 10;
	}
	number / power * power
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a panic is how a test reports")]
mod tests {
	use super::*;
	use crate::demo::tape::{RECORDED, read, write};

	/// `LIGATURE_WRITE_TAPE=1` writes the file instead.
	#[test]
	fn the_recorded_tape_should_be_what_the_generator_gives() {
		let text = write(&generate(SEED));
		if std::env::var_os("LIGATURE_WRITE_TAPE").is_some() {
			let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/tape-usdt-weth.csv");
			std::fs::write(path, &text).unwrap();
			return;
		}
		assert!(
			text == RECORDED,
			"LIGATURE_WRITE_TAPE=1 cargo test -p ligature-cli recorded_tape writes it"
		);
	}

	#[test]
	fn tapes_should_be_worth_a_demo() {
		worth(&read(RECORDED).unwrap());
		for seed in 2..20 {
			let orders = generate(seed);
			assert_eq!(orders.len(), ORDERS);
			worth(&orders);
		}
	}

	fn worth(orders: &[Order]) {
		let count = |of: fn(&Order) -> bool| orders.iter().filter(|order| of(order)).count();
		assert!(orders.len() >= 200);
		for (what, found) in [
			("arbitrage", count(|order| order.trader == Trader::Arbitrageur)),
			("noise", count(|order| order.trader == Trader::Noise)),
			("sales of USDT", count(|order| order.sells == Sell::Zero)),
			("sales of WETH", count(|order| order.sells == Sell::One)),
		] {
			assert!(found >= orders.len() / 4, "only {found} of {} are {what}", orders.len());
		}
		// In the order of the tape every limit holds, nobody sells what they do not have, and arbitrage
		// keeps the pool's price near the reference.
		let mut market = OPENING;
		let mut purses = [[PURSE.0, PURSE.1]; 2];
		for order in orders {
			let out = market.sell(order.sells, order.amount).unwrap();
			assert!(out >= order.min_out, "{order}");
			let purse = &mut purses[usize::from(order.trader == Trader::Noise)];
			let sold = usize::from(order.sells == Sell::One);
			purse[sold] = purse[sold].checked_sub(order.amount).unwrap();
			purse[1 - sold] += out;
			if order.trader == Trader::Arbitrageur {
				let price = market.price() * (WETH / USDT) as f64 * 100.0;
				let distance = (price / order.reference as f64 - 1.0).abs();
				assert!(distance < 0.004, "{order}: {distance}");
			}
		}
	}
}
