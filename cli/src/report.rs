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
	/// Adds the field; what has parts adds one for each.
	fn add(&self, name: &'static str, fields: &mut Fields);
}

macro_rules! show {
	($($type:ty: |$value:ident| $json:expr;)*) => {
		$(
			impl Show for $type {
				fn add(&self, name: &'static str, fields: &mut Fields) {
					let $value = self;
					fields.0.push((name, json!($json)));
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
	u16: |number| number;
	u8: |number| number;
}

/// A field if there is a value.
impl<T: Show> Show for Option<T> {
	fn add(&self, name: &'static str, fields: &mut Fields) {
		if let Some(value) = self {
			value.add(name, fields);
		}
	}
}

/// The account that is credited, and the owner if it is new.
impl Show for Receiver {
	fn add(&self, name: &'static str, fields: &mut Fields) {
		self.account.add(name, fields);
		self.created.add("new_owner", fields);
	}
}

/// A pool's parameters one by one, under their own names.
impl Show for PoolParams {
	fn add(&self, _: &'static str, fields: &mut Fields) {
		self.chain0.add("chain0", fields);
		self.token0.add("token0", fields);
		self.chain1.add("chain1", fields);
		self.token1.add("token1", fields);
		self.fee_bps.add("fee_bps", fields);
	}
}

/// Whether the account of a ChangePubKey is new, and whether the key was set.
impl Show for KeyOutcome {
	fn add(&self, _: &'static str, fields: &mut Fields) {
		(*self == Self::Created).add("new", fields);
		(*self != Self::Refused).add("applied", fields);
	}
}

impl Fields {
	/// Adds a field.
	#[must_use]
	pub fn with(mut self, name: &'static str, value: impl Show) -> Self {
		value.add(name, &mut self);
		self
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

/// Adds fields of a struct under their names, or as `name = field` under another.
macro_rules! fields {
	($fields:expr, $of:expr; $($name:ident $(= $field:ident)?),*) => {{
		let mut fields = $fields;
		$(fields!(@field $of, $name $(= $field)?).add(stringify!($name), &mut fields);)*
		fields
	}};
	(@field $of:expr, $name:ident) => { $of.$name };
	(@field $of:expr, $name:ident = $field:ident) => { $of.$field };
}

/// The fields of a half, as section 9.2 of the protocol names them.
pub fn half(half: &Half) -> Fields {
	let all = Fields::default();
	match half {
		Half::Transfer(it) => fields!(all, it; token, from, to, amount, fee),
		Half::Withdraw(it) => fields!(all, it; token, account, receiver, amount, fee),
		Half::Deposit(it) => {
			fields!(all, it; account, new = created, token, owner, amount, key)
		},
		Half::FullExit(it) => fields!(all, it; account, token, owner, paid),
		Half::ExitBurn(it) => {
			fields!(all, it; account, pool = slot, owner, shares, x = amount0)
		},
		Half::ChangePubKey(it) => fields!(all, it; account, outcome, owner, key),
		Half::CreatePool(it) => fields!(all, it; pool = slot, side, params),
		Half::SwapIn(it) => fields!(all, it; pool = slot, account, amount, fee),
		Half::SwapOut(it) => fields!(all, it; pool = slot, to, amount),
		Half::AddLiquidity0(it) => {
			fields!(all, it; pool = slot, account, x = amount0, fee, minted)
		},
		Half::AddLiquidity1(it) => fields!(all, it; pool = slot, account, y = amount1),
		Half::RemoveLiquidity0(it) => {
			fields!(all, it; pool = slot, account, shares, x = amount0, fee)
		},
		Half::RemoveLiquidity1(it) => fields!(all, it; pool = slot, to, y = amount1),
		Half::ExitLiquidity1(it) => fields!(all, it; pool = slot, to, y = amount1),
	}
}

/// The fields of a signed transaction, as section 7.1 of the protocol names them.
pub fn transaction(transaction: &Transaction) -> Fields {
	let all = Fields::default()
		.with("kind", format!("{:?}", transaction.kind()))
		.with("network", transaction.network())
		.with("expiry", transaction.expiry());
	match transaction {
		Transaction::Transfer(tx) => {
			fields!(all, tx.body; chain, account, nonce, token, receiver, amount, fee)
		},
		Transaction::Withdraw(tx) => {
			fields!(all, tx.body; chain, account, nonce, token, receiver, amount, fee)
		},
		Transaction::Swap(tx) => {
			fields!(all, tx.body; params, direction, account, nonce, amount, min_out, fee)
		},
		Transaction::AddLiquidity(tx) => fields!(
			all, tx.body;
			params, account0, nonce0, account1, nonce1, shares, max0, max1, fee
		),
		Transaction::RemoveLiquidity(tx) => {
			fields!(all, tx.body; params, account, nonce, shares, min0, min1, fee)
		},
	}
}
