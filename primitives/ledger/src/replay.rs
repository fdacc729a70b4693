// SPDX-License-Identifier: Apache-2.0

//! Rebuilding one chain's state from the public data of its blocks, without any other chain.
//!
//! Nothing is computed that a pool or another chain would have to be asked for: amounts and indices
//! are those written, and the foreign reserves those that close the block. That they are right is
//! what the proofs say; that they are the ones of the header is what the root says.

use crate::{
	ledger::credit_fee,
	state::{ChainState, PoolLeaf},
	tree::{NodeHasher, Sequential},
};
use alloc::collections::BTreeMap;
use ligature_primitives::{
	amount::{Amount, Fee},
	constants::{FEE_TOKENS, MAX_ACCOUNTS, MINIMUM_LIQUIDITY},
	header::ChainHeader,
	ids::{AccountIndex, Owner, PoolSlot, Side, TokenId},
	op::{Half, KeyOutcome, Receiver},
	pubdata::PublicData,
	refusal::Refusal,
};

/// Brings a chain's state from the block before to the one with this header part, from its public
/// data; on an error the state is as before.
///
/// # Errors
///
/// [`Refusal::UnknownChain`] for another chain's header, [`Refusal::OldStateMismatch`] if the state
/// is not the one that the block starts from, [`Refusal::BadEmptyHalf`], [`Refusal::DataLength`], those
/// of decoding, [`Refusal::CommitmentMismatch`], [`Refusal::RootMismatch`] and others if the data
/// does not lead to the header's state.
pub fn replay(state: &mut ChainState, header: &ChainHeader, bytes: &[u8]) -> Result<(), Refusal> {
	replay_with(state, header, bytes, &Sequential)
}

/// [`replay`] with another hasher.
pub fn replay_with(
	state: &mut ChainState,
	header: &ChainHeader,
	bytes: &[u8],
	hasher: &impl NodeHasher,
) -> Result<(), Refusal> {
	if header.chain != state.chain() {
		return Err(Refusal::UnknownChain);
	}
	if header.old_root != state.root() || header.old_next != state.next() {
		return Err(Refusal::OldStateMismatch);
	}
	header.check_empty_half()?;
	if usize::try_from(header.data_length) != Ok(bytes.len()) {
		return Err(Refusal::DataLength);
	}
	let data = PublicData::decode(bytes, header.size_class)?;
	if data.commitment(header.size_class)? != header.data_commitment {
		return Err(Refusal::CommitmentMismatch);
	}
	if let Err(refusal) = replay_data(state, header.fee_account, &data) {
		state.abandon();
		return Err(refusal);
	}
	let (next, root) = (state.next(), state.seal(hasher));
	if next != header.new_next || root != header.new_root {
		state.rollback();
		return Err(Refusal::RootMismatch);
	}
	Ok(())
}

fn replay_data(
	state: &mut ChainState,
	fee_account: AccountIndex,
	data: &PublicData,
) -> Result<(), Refusal> {
	let mut replay = Replay { state, fees: BTreeMap::new() };
	for half in &data.halves {
		replay.half(half)?;
	}
	let Replay { state, fees } = replay;
	for register in &data.registers {
		let leaf = *state.pool(register.slot).ok_or(Refusal::PoolMissing)?;
		if leaf.own != register.own {
			return Err(Refusal::RootMismatch);
		}
		state.set_pool(register.slot, PoolLeaf { foreign: register.foreign, ..leaf });
	}
	if fees.len() > FEE_TOKENS {
		return Err(Refusal::FeeTokensFull);
	}
	for (token, fee) in fees {
		if state.account(fee_account).is_none() {
			return Err(Refusal::FeeAccountMissing);
		}
		credit_fee(state, fee_account, token, fee);
	}
	Ok(())
}

/// Which way a reserve moves.
#[derive(Clone, Copy)]
enum Move {
	Into,
	OutOf,
}

struct Replay<'a> {
	state: &'a mut ChainState,
	fees: BTreeMap<TokenId, Amount>,
}

impl Replay<'_> {
	fn half(&mut self, half: &Half) -> Result<(), Refusal> {
		match half {
			Half::Deposit(half) => {
				let created = half.created.then_some(half.owner);
				let receiver = Receiver { account: half.account, created };
				self.credit(&receiver, half.token, half.amount)?;
				if !self.is_owned(half.account, &half.owner) {
					return Err(Refusal::OwnerMismatch);
				}
				let total = self.state.total(half.token).checked_add(half.amount);
				self.state.set_total(half.token, total.ok_or(Refusal::OwedOverflow)?);
				if let Some(key) = &half.key {
					self.state.set_key(half.account, key.validate()?.word());
				}
				Ok(())
			},
			Half::FullExit(half) => {
				let balance = self.exiting(half.account, half.token, &half.owner);
				if half.paid != balance {
					return Err(Refusal::RootMismatch);
				}
				if balance.is_zero() {
					return Ok(());
				}
				self.state.set_balance(half.account, half.token, Amount::ZERO);
				self.pay(half.token, balance)
			},
			Half::ExitBurn(half) => {
				let slot = half.slot;
				let token = TokenId::lp(slot).ok_or(Refusal::PoolMissing)?;
				let shares = self.exiting(half.account, token, &half.owner);
				if half.shares != shares {
					return Err(Refusal::RootMismatch);
				}
				if shares.is_zero() {
					return Ok(());
				}
				self.state.set_balance(half.account, token, Amount::ZERO);
				self.burn(slot, shares)?;
				let token = self.reserve(slot, Some(Side::Zero), half.amount0, Move::OutOf)?;
				self.add(half.account, token, half.amount0)
			},
			Half::ExitLiquidity1(half) => {
				let token = self.reserve(half.slot, Some(Side::One), half.amount1, Move::OutOf)?;
				self.credit(&half.to, token, half.amount1)
			},
			Half::ChangePubKey(half) => {
				if half.outcome == KeyOutcome::Created {
					self.create(half.account, half.owner)?;
				}
				let applied = half.outcome != KeyOutcome::Refused;
				if applied != self.is_owned(half.account, &half.owner) {
					return Err(Refusal::RootMismatch);
				}
				if applied {
					self.state.set_key(half.account, half.key.validate()?.word());
				}
				Ok(())
			},
			Half::CreatePool(half) => {
				if half.params.chain(half.side) != self.state.chain() {
					return Err(Refusal::WrongSide);
				}
				if half.slot != self.state.next_pool() {
					return Err(Refusal::WrongPoolSlot);
				}
				if self.state.pool_slot(&half.params, half.side).is_some() {
					return Err(Refusal::PoolExists);
				}
				self.state.create_pool(half.params, half.side).map(drop).ok_or(Refusal::PoolsFull)
			},
			Half::Transfer(half) => {
				self.debit(half.from, half.token, half.amount, half.fee)?;
				self.credit(&half.to, half.token, half.amount)
			},
			Half::Withdraw(half) => {
				self.debit(half.account, half.token, half.amount, half.fee)?;
				self.pay(half.token, half.amount)
			},
			Half::SwapIn(half) => {
				let token = self.reserve(half.slot, None, half.amount, Move::Into)?;
				self.debit(half.account, token, half.amount, half.fee)
			},
			Half::SwapOut(half) => {
				let token = self.reserve(half.slot, None, half.amount, Move::OutOf)?;
				self.credit(&half.to, token, half.amount)
			},
			Half::AddLiquidity0(half) => {
				let token = self.reserve(half.slot, Some(Side::Zero), half.amount0, Move::Into)?;
				self.debit(half.account, token, half.amount0, half.fee)?;
				let shares = TokenId::lp(half.slot).ok_or(Refusal::PoolMissing)?;
				self.mint(half.slot, half.minted)?;
				self.add(half.account, shares, half.minted)
			},
			Half::AddLiquidity1(half) => {
				let token = self.reserve(half.slot, Some(Side::One), half.amount1, Move::Into)?;
				self.debit(half.account, token, half.amount1, Fee::ZERO)
			},
			Half::RemoveLiquidity0(half) => {
				let shares = TokenId::lp(half.slot).ok_or(Refusal::PoolMissing)?;
				self.debit(half.account, shares, half.shares, Fee::ZERO)?;
				self.burn(half.slot, half.shares)?;
				let token = self.reserve(half.slot, Some(Side::Zero), half.amount0, Move::OutOf)?;
				let fee = Amount::from(half.fee);
				let paid = half.amount0.checked_sub(fee).ok_or(Refusal::FeeAboveAmount)?;
				self.add(half.account, token, paid)?;
				self.fee(token, half.fee)
			},
			Half::RemoveLiquidity1(half) => {
				let token = self.reserve(half.slot, Some(Side::One), half.amount1, Move::OutOf)?;
				self.credit(&half.to, token, half.amount1)
			},
		}
	}

	fn is_owned(&self, account: AccountIndex, owner: &Owner) -> bool {
		self.state.account(account).is_some_and(|leaf| leaf.owner == *owner)
	}

	/// What a full exit finds.
	fn exiting(&self, account: AccountIndex, token: TokenId, owner: &Owner) -> Amount {
		if self.is_owned(account, owner) {
			self.state.balance(account, token)
		} else {
			Amount::ZERO
		}
	}

	/// A debit by signature: the fee is taken and the nonce spent.
	fn debit(
		&mut self,
		account: AccountIndex,
		token: TokenId,
		amount: Amount,
		fee: Fee,
	) -> Result<(), Refusal> {
		let leaf = self.state.account(account).ok_or(Refusal::AccountMissing)?;
		let nonce = leaf.nonce().next()?;
		let after = amount
			.checked_add(fee.into())
			.and_then(|value| leaf.balance(token).checked_sub(value))
			.ok_or(Refusal::InsufficientBalance)?;
		self.state.set_balance(account, token, after);
		self.state.set_nonce(account, nonce);
		self.fee(token, fee)
	}

	fn fee(&mut self, token: TokenId, fee: Fee) -> Result<(), Refusal> {
		if !fee.is_zero() {
			let sum = self.fees.entry(token).or_insert(Amount::ZERO);
			*sum = sum.checked_add(fee.into()).ok_or(Refusal::BalanceOverflow)?;
		}
		Ok(())
	}

	fn create(&mut self, account: AccountIndex, owner: Owner) -> Result<(), Refusal> {
		if account.get() != self.state.next() {
			return Err(Refusal::RootMismatch);
		}
		self.state.create(owner, MAX_ACCOUNTS).map(drop).ok_or(Refusal::TreeFull)
	}

	fn credit(
		&mut self,
		receiver: &Receiver,
		token: TokenId,
		amount: Amount,
	) -> Result<(), Refusal> {
		if let Some(owner) = receiver.created {
			self.create(receiver.account, owner)?;
		}
		self.add(receiver.account, token, amount)
	}

	fn add(
		&mut self,
		account: AccountIndex,
		token: TokenId,
		amount: Amount,
	) -> Result<(), Refusal> {
		let leaf = self.state.account(account).ok_or(Refusal::ReceiverMissing)?;
		let after = leaf.balance(token).checked_add(amount).ok_or(Refusal::BalanceOverflow)?;
		self.state.set_balance(account, token, after);
		Ok(())
	}

	/// L1 pays.
	fn pay(&mut self, token: TokenId, amount: Amount) -> Result<(), Refusal> {
		let total = self.state.total(token).checked_sub(amount);
		self.state.set_total(token, total.ok_or(Refusal::InsufficientBalance)?);
		Ok(())
	}

	fn leaf(&self, slot: PoolSlot) -> Result<PoolLeaf, Refusal> {
		self.state.pool(slot).copied().ok_or(Refusal::PoolMissing)
	}

	/// Moves a pool's own reserve; gives its token.
	fn reserve(
		&mut self,
		slot: PoolSlot,
		side: Option<Side>,
		amount: Amount,
		direction: Move,
	) -> Result<TokenId, Refusal> {
		let leaf = self.leaf(slot)?;
		if side.is_some_and(|side| side != leaf.side) {
			return Err(Refusal::WrongSide);
		}
		let own = match direction {
			Move::Into => leaf.own.checked_add(amount).ok_or(Refusal::ReserveOverflow)?,
			Move::OutOf => leaf.own.checked_sub(amount).ok_or(Refusal::InsufficientLiquidity)?,
		};
		self.state.set_pool(slot, PoolLeaf { own, ..leaf });
		Ok(leaf.token())
	}

	/// The supply rises by new shares, and by the locked ones if they are the first.
	fn mint(&mut self, slot: PoolSlot, minted: Amount) -> Result<(), Refusal> {
		let leaf = self.leaf(slot)?;
		let locked = if leaf.supply.is_zero() { MINIMUM_LIQUIDITY } else { 0 };
		let supply = Amount::new(locked)?
			.checked_add(minted)
			.and_then(|new| leaf.supply.checked_add(new))
			.ok_or(Refusal::SupplyOverflow)?;
		self.state.set_pool(slot, PoolLeaf { supply, ..leaf });
		Ok(())
	}

	fn burn(&mut self, slot: PoolSlot, shares: Amount) -> Result<(), Refusal> {
		let leaf = self.leaf(slot)?;
		let supply = leaf.supply.checked_sub(shares).ok_or(Refusal::InsufficientLiquidity)?;
		self.state.set_pool(slot, PoolLeaf { supply, ..leaf });
		Ok(())
	}
}
