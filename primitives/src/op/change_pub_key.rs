// SPDX-License-Identifier: Apache-2.0

//! ChangePubKey: an owner's request on L1 to set the key of an account.

use ark_std::vec::Vec;

use crate::{
	ids::{AccountIndex, ChainId, Owner, PoolSlot},
	keys::PublicKey,
	op::{
		Cell, CellCode, FLAG_APPLIED, FLAG_CREATES, Target,
		half::{Form, Half, Place, Reader, Writer, heads, key_word, pair},
	},
	refusal::Refusal,
};

/// Sets the key of an account of the owner, entered by L1. The nonce stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangePubKey {
	/// The chain on which the request was made.
	pub chain: ChainId,
	/// The account that L1 names, or none for "any of mine or a new one".
	pub account: Option<AccountIndex>,
	/// Who asked: the only owner whose account gets the key.
	pub owner: Owner,
	/// The key.
	pub key: PublicKey,
	/// The account that gets the key: the one that L1 names, otherwise the operator's choice.
	pub target: Target,
}

/// What became of a key change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyOutcome {
	/// The account is missing or another's: nothing happened.
	Refused,
	/// The account has the key.
	Applied,
	/// The account is new and has the key.
	Created,
}

/// A key change as public data writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangePubKeyHalf {
	/// The account.
	pub account: AccountIndex,
	/// What became of the request.
	pub outcome: KeyOutcome,
	/// Who asked.
	pub owner: Owner,
	/// The key.
	pub key: PublicKey,
}

impl Form for ChangePubKeyHalf {
	fn place(&self) -> Place {
		Place::Pair
	}

	fn pool(&self) -> Option<PoolSlot> {
		None
	}

	fn check(&self) -> Result<(), Refusal> {
		self.owner.non_zero().map(|_| ())
	}

	fn key(&self) -> Option<&PublicKey> {
		Some(&self.key)
	}

	fn cells(&self) -> Result<Vec<Cell>, Refusal> {
		let (creates, applied) = match self.outcome {
			KeyOutcome::Refused => (0, 0),
			KeyOutcome::Applied => (0, FLAG_APPLIED),
			KeyOutcome::Created => (FLAG_CREATES, FLAG_APPLIED),
		};
		let change = Cell {
			flags: creates | applied,
			aux: self.owner.word(),
			..Cell::new(CellCode::ChangePubKey, self.account)
		};
		let set = Cell {
			flags: applied,
			aux: key_word(&self.key)?,
			..Cell::new(CellCode::SetKey, self.account)
		};
		Ok(pair(change, set))
	}

	fn write(&self, out: &mut Writer<'_>) -> Result<(), Refusal> {
		out.byte(heads::CHANGE_PUB_KEY);
		out.byte(match self.outcome {
			KeyOutcome::Refused => 0,
			KeyOutcome::Applied => APPLIED,
			KeyOutcome::Created => NEW | APPLIED,
		});
		out.account(self.account);
		out.bytes(&self.owner.0);
		out.bytes(&self.key.0);
		Ok(())
	}
}

/// Bit of the flags on the wire: the account is new.
const NEW: u8 = 1;
/// Bit of the flags on the wire: the change is applied.
const APPLIED: u8 = 2;

/// Reads what follows the head.
pub(super) fn read(reader: &mut Reader<'_>) -> Result<Half, Refusal> {
	const CREATED: u8 = NEW | APPLIED;
	let outcome = match reader.byte()? {
		0 => KeyOutcome::Refused,
		APPLIED => KeyOutcome::Applied,
		CREATED => KeyOutcome::Created,
		_ => return Err(Refusal::BadFlags),
	};
	Ok(Half::ChangePubKey(ChangePubKeyHalf {
		account: reader.account()?,
		outcome,
		owner: reader.owner()?,
		key: reader.key()?,
	}))
}
