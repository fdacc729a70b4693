// SPDX-License-Identifier: Apache-2.0

//! Fields of things, for people and for programs.

use std::fmt::{self, Display, Write};

use ligature_primitives::{
	amount::{Amount, Fee},
	ids::{AccountIndex, ChainId, NetworkId, Nonce, Owner, PoolSlot, Side, Timestamp, TokenId},
	keys::PublicKey,
	op::{Half, KeyOutcome, Receiver, Transaction},
	pool::PoolParams,
};
use serde_json::{Map, Value, json};

/// Named values, in an order.
#[derive(Default)]
pub struct Fields(Vec<(&'static str, Value)>);

/// What can stand in a field. Integers that may exceed 53 bits are texts in JSON.
pub trait Show {
	/// The JSON value; without its quotes it is also what people read.
	fn show(&self) -> Value;
}

macro_rules! show {
	($($type:ty: |$value:ident| $json:expr;)*) => {
		$(
			impl Show for $type {
				fn show(&self) -> Value {
					let $value = self;
					json!($json)
				}
			}
		)*
	};
}

show! {
	Amount: |amount| amount.to_string();
	Fee: |fee| fee.to_string();
	AccountIndex: |account| account.get();
	ChainId: |chain| chain.0;
	NetworkId: |network| network.0;
	Nonce: |nonce| nonce.0;
	PoolSlot: |slot| slot.0;
	TokenId: |token| token.0;
	Timestamp: |time| time.get();
	Side: |side| side.number();
	Owner: |owner| owner.to_string();
	PublicKey: |key| key.to_string();
	bool: |flag| flag;
	String: |text| text;
	&str: |text| text;
	usize: |number| number;
	u32: |number| number;
	u8: |number| number;
}

impl Fields {
	/// Adds a field.
	#[must_use]
	pub fn with(mut self, name: &'static str, value: impl Show) -> Self {
		self.0.push((name, value.show()));
		self
	}

	/// Adds a field if there is a value.
	#[must_use]
	fn with_some(self, name: &'static str, value: Option<impl Show>) -> Self {
		match value {
			Some(value) => self.with(name, value),
			None => self,
		}
	}

	/// Adds the account that is credited, and the owner if it is new.
	#[must_use]
	fn with_receiver(self, to: &Receiver) -> Self {
		self.with("to", to.account).with_some("new_owner", to.created)
	}

	/// Adds a pool's parameters.
	#[must_use]
	fn with_params(self, params: &PoolParams) -> Self {
		self.with("chain0", params.chain0)
			.with("token0", params.token0)
			.with("chain1", params.chain1)
			.with("token1", params.token1)
			.with("fee_bps", u32::from(params.fee_bps))
	}

	/// A JSON object.
	pub fn into_json(self) -> Map<String, Value> {
		self.0.into_iter().map(|(name, value)| (name.into(), value)).collect()
	}

	/// One line per field, the values aligned.
	pub fn into_lines(self) -> String {
		let width = self.0.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
		let mut lines = String::new();
		for (name, value) in self.0 {
			let _ = writeln!(lines, "{name:width$}  {}", Plain(&value));
		}
		lines
	}
}

/// All fields in one line.
impl Display for Fields {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		for (i, (name, value)) in self.0.iter().enumerate() {
			let space = if i == 0 { "" } else { "  " };
			write!(f, "{space}{name} {}", Plain(value))?;
		}
		Ok(())
	}
}

/// A value without the quotes of JSON.
struct Plain<'a>(&'a Value);

impl Display for Plain<'_> {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self.0 {
			Value::String(text) => f.write_str(text),
			value => value.fmt(f),
		}
	}
}

/// The fields of a half, as section 9.2 of the protocol names them.
pub fn half(half: &Half) -> Fields {
	let fields = Fields::default();
	match half {
		Half::Transfer(half) => fields
			.with("token", half.token)
			.with("from", half.from)
			.with_receiver(&half.to)
			.with("amount", half.amount)
			.with("fee", half.fee),
		Half::Withdraw(half) => fields
			.with("token", half.token)
			.with("account", half.account)
			.with("receiver", half.receiver)
			.with("amount", half.amount)
			.with("fee", half.fee),
		Half::Deposit(half) => fields
			.with("account", half.account)
			.with("new", half.created)
			.with("token", half.token)
			.with("owner", half.owner)
			.with("amount", half.amount)
			.with_some("key", half.key),
		Half::FullExit(half) => fields
			.with("account", half.account)
			.with("token", half.token)
			.with("owner", half.owner)
			.with("paid", half.paid),
		Half::ExitBurn(half) => fields
			.with("account", half.account)
			.with("pool", half.slot)
			.with("owner", half.owner)
			.with("shares", half.shares)
			.with("x", half.amount0),
		Half::ChangePubKey(half) => fields
			.with("account", half.account)
			.with("new", half.outcome == KeyOutcome::Created)
			.with("applied", half.outcome != KeyOutcome::Refused)
			.with("owner", half.owner)
			.with("key", half.key),
		Half::CreatePool(half) => {
			fields.with("pool", half.slot).with("side", half.side).with_params(&half.params)
		},
		Half::SwapIn(half) => fields
			.with("pool", half.slot)
			.with("account", half.account)
			.with("amount", half.amount)
			.with("fee", half.fee),
		Half::SwapOut(half) => {
			fields.with("pool", half.slot).with_receiver(&half.to).with("amount", half.amount)
		},
		Half::AddLiquidity0(half) => fields
			.with("pool", half.slot)
			.with("account", half.account)
			.with("x", half.amount0)
			.with("fee", half.fee)
			.with("minted", half.minted),
		Half::AddLiquidity1(half) => {
			fields.with("pool", half.slot).with("account", half.account).with("y", half.amount1)
		},
		Half::RemoveLiquidity0(half) => fields
			.with("pool", half.slot)
			.with("account", half.account)
			.with("shares", half.shares)
			.with("x", half.amount0)
			.with("fee", half.fee),
		Half::RemoveLiquidity1(half) => {
			fields.with("pool", half.slot).with_receiver(&half.to).with("y", half.amount1)
		},
		Half::ExitLiquidity1(half) => {
			fields.with("pool", half.slot).with_receiver(&half.to).with("y", half.amount1)
		},
	}
}

/// The fields of a signed transaction, as section 7.1 of the protocol names them.
pub fn transaction(transaction: &Transaction) -> Fields {
	let fields = Fields::default()
		.with("kind", format!("{:?}", transaction.kind()))
		.with("network", transaction.network())
		.with("expiry", transaction.expiry());
	match transaction {
		Transaction::Transfer(tx) => fields
			.with("chain", tx.body.chain)
			.with("account", tx.body.account)
			.with("nonce", tx.body.nonce)
			.with("token", tx.body.token)
			.with("receiver", tx.body.receiver)
			.with("amount", tx.body.amount)
			.with("fee", tx.body.fee),
		Transaction::Withdraw(tx) => fields
			.with("chain", tx.body.chain)
			.with("account", tx.body.account)
			.with("nonce", tx.body.nonce)
			.with("token", tx.body.token)
			.with("receiver", tx.body.receiver)
			.with("amount", tx.body.amount)
			.with("fee", tx.body.fee),
		Transaction::Swap(tx) => fields
			.with_params(&tx.body.params)
			.with("direction", tx.body.direction)
			.with("account", tx.body.account)
			.with("nonce", tx.body.nonce)
			.with("amount", tx.body.amount)
			.with("min_out", tx.body.min_out)
			.with("fee", tx.body.fee),
		Transaction::AddLiquidity(tx) => fields
			.with_params(&tx.body.params)
			.with("account0", tx.body.account0)
			.with("nonce0", tx.body.nonce0)
			.with("account1", tx.body.account1)
			.with("nonce1", tx.body.nonce1)
			.with("shares", tx.body.shares)
			.with("max0", tx.body.max0)
			.with("max1", tx.body.max1)
			.with("fee", tx.body.fee),
		Transaction::RemoveLiquidity(tx) => fields
			.with_params(&tx.body.params)
			.with("account", tx.body.account)
			.with("nonce", tx.body.nonce)
			.with("shares", tx.body.shares)
			.with("min0", tx.body.min0)
			.with("min1", tx.body.min1)
			.with("fee", tx.body.fee),
	}
}
