// SPDX-License-Identifier: Apache-2.0

//! A token of one chain, and amounts of it.

use ligature_primitives::{
	amount::Amount,
	ids::{ChainId, TokenId},
};
use serde_json::{Value, json};

use crate::{
	amounts::{parse_decimal, show_decimal, show_grouped},
	failure::Failure,
};

/// A token on its chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
	/// Its chain.
	pub chain: ChainId,
	/// What the chain is called.
	pub chain_name: String,
	/// Its number on the ledger.
	pub id: TokenId,
	/// The asset on the chain; none for the native token and for shares of pools.
	pub asset: Option<u32>,
	/// Ticker; `lp:SLOT` for shares of a pool.
	pub symbol: String,
	/// Decimals: one whole token is 10^decimals units.
	pub decimals: u8,
}

impl Token {
	/// An amount as people write it.
	///
	/// # Errors
	///
	/// [`Failure::Input`] if it is none, or has decimals that the token does not have.
	pub fn parse(&self, text: &str) -> Result<Amount, Failure> {
		let units = parse_decimal(text, self.decimals)?;
		Ok(Amount::new(units).expect("what is read is below 2^112; qed"))
	}

	/// An amount and the symbol: `12.5 USDT`.
	pub fn show(&self, units: impl Into<u128>) -> String {
		format!("{} {}", self.number(units), self.symbol)
	}

	/// An amount with commas between the thousands.
	pub fn number(&self, units: impl Into<u128>) -> String {
		show_grouped(units.into(), self.decimals)
	}

	/// The token and its chain: `USDT@alpha`.
	pub fn name(&self) -> String {
		format!("{}@{}", self.symbol, self.chain_name)
	}

	/// An amount for machines.
	pub fn to_json(&self, units: impl Into<u128>) -> Value {
		let units = units.into();
		json!({
			"chain": self.chain.0,
			"token": self.id.0,
			"symbol": self.symbol,
			"decimals": self.decimals,
			"units": units.to_string(),
			"amount": show_decimal(units, self.decimals),
		})
	}
}
