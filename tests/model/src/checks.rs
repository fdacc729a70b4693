// SPDX-License-Identifier: Apache-2.0

//! The checks that many operations share (section 7.2).

use crate::{model::Model, state::Account};
use ark_bls12_381::Fr;
use ligature_primitives::{
	ids::{ChainId, Owner},
	keys::{PublicKey, Signature, verify},
	op::Target,
	refusal::Refusal,
};

const AMOUNT_END: u128 = 1 << 112;
/// C4: the first index that a far half of FullExit may not create.
pub(crate) const EXITS_END: u32 = 1 << 24;
/// C4: the first index that Deposit and ChangePubKey may not create.
pub(crate) const REQUESTS_END: u32 = EXITS_END - (1 << 15);
/// C4: the first index that a signed operation may not create.
pub(crate) const SIGNED_END: u32 = EXITS_END - (1 << 16);
const FEE_TOKENS: usize = 4;
const LAST_NONCE: u32 = u32::MAX;

/// What H1, H3 and H4 look at. The widths of H4 and H5 and the version of H2 are the types' business:
/// a value of the types cannot break them.
pub(crate) struct Head<'a> {
	pub chains: &'a [ChainId],
	pub network: u32,
	pub expiry: u64,
}

/// What a debit is signed with.
pub(crate) struct Authority<'a> {
	pub key: PublicKey,
	pub signature: &'a Signature,
	pub message: Fr,
}

/// A debit: where, and how much.
#[derive(Clone, Copy)]
pub(crate) struct Debit {
	pub chain: ChainId,
	pub account: u32,
	pub nonce: u32,
	pub token: u16,
	pub value: u128,
}

/// `condition`, or the refusal.
pub(crate) fn check(condition: bool, refusal: Refusal) -> Result<(), Refusal> {
	if condition { Ok(()) } else { Err(refusal) }
}

/// An owner that somebody can be.
pub(crate) fn owner_not_zero(owner: &Owner) -> Result<(), Refusal> {
	check(owner.0 != [0; 32], Refusal::OwnerZero)
}

impl Model {
	/// H1, H3, H4.
	pub(crate) fn head(&self, head: &Head<'_>) -> Result<(), Refusal> {
		for chain in head.chains {
			self.known(*chain)?;
		}
		check(head.network == self.network.id().0, Refusal::WrongNetwork)?;
		check(head.expiry >= self.open().params.timestamp, Refusal::Expired)
	}

	/// H7.
	pub(crate) fn fee_place(&self, chain: ChainId, token: u16, fee: u128) -> Result<(), Refusal> {
		if fee == 0 {
			return Ok(());
		}
		let block = self.open();
		let fees = block.fees.get(&chain.0);
		let has_place = fees.is_none_or(|it| it.contains_key(&token) || it.len() < FEE_TOKENS);
		check(has_place, Refusal::FeeTokensFull)?;
		let (fee_account, _) = block.params.chains[&chain.0];
		let exists = self.chains[&chain.0].accounts.contains_key(&fee_account);
		check(exists, Refusal::FeeAccountMissing)
	}

	/// D: takes `value` from a leaf whose key signed, and raises its nonce.
	pub(crate) fn debit(&mut self, debit: Debit, by: &Authority<'_>) -> Result<(), Refusal> {
		let verify_signatures = self.open().params.verify_signatures;
		let leaf = self
			.chain(debit.chain)
			.accounts
			.get_mut(&debit.account)
			.ok_or(Refusal::AccountMissing)?;
		let key = leaf.key.as_ref().ok_or(Refusal::KeyUnset)?;
		check(*key == by.key, Refusal::WrongKey)?;
		check(leaf.nonce == debit.nonce, Refusal::NonceMismatch)?;
		check(leaf.nonce != LAST_NONCE, Refusal::NonceExhausted)?;
		if verify_signatures {
			verify(&by.key, &by.message, by.signature).map_err(|_| Refusal::BadSignature)?;
		}
		let balance = leaf.balance(debit.token);
		check(balance >= debit.value, Refusal::InsufficientBalance)?;
		leaf.set_balance(debit.token, balance - debit.value);
		leaf.nonce += 1;
		Ok(())
	}

	/// C: gives `value` to an existing leaf of `owner`, or to a new one below `end`. Returns its
	/// index, and the owner if the leaf is new.
	pub(crate) fn credit(
		&mut self,
		chain: ChainId,
		target: &Target,
		owner: Owner,
		end: u32,
		(token, value): (u16, u128),
	) -> Result<(u32, Option<Owner>), Refusal> {
		let chain = self.chain(chain);
		let (index, created) = match target {
			Target::Existing(index) => {
				let leaf = chain.accounts.get(&index.get()).ok_or(Refusal::ReceiverMissing)?;
				check(leaf.owner == owner, Refusal::OwnerMismatch)?;
				(index.get(), None)
			},
			Target::New => {
				owner_not_zero(&owner)?;
				check(chain.next < end, Refusal::TreeFull)?;
				let index = chain.next;
				chain.accounts.insert(index, Account::fresh(owner));
				chain.next += 1;
				(index, Some(owner))
			},
		};
		let leaf = chain.accounts.get_mut(&index).expect("it is there or was just made");
		let balance = leaf.balance(token) + value;
		check(balance < AMOUNT_END, Refusal::BalanceOverflow)?;
		leaf.set_balance(token, balance);
		Ok((index, created))
	}
}
