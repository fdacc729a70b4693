// SPDX-License-Identifier: Apache-2.0

//! Leaving after the end: balances and liquidity by Merkle paths against the freeze block, deposits
//! that no block consumed back to who paid them (section 12.6 of `docs/protocol.md`).
//!
//! Funds go to their owner, whoever sends the call and pays its fee. A claim of nothing is refused and
//! leaves no mark: nobody can spend another's claim on a payment of 0.

use polkadot_sdk::*;

use frame_support::{ensure, pallet_prelude::DispatchResult};
use ligature_ledger::exit::{BalanceClaim, LiquidityClaim, Payout};
use ligature_primitives::{
	header::Header, ids::ChainId, poseidon::Word, priority::PriorityRequest, refusal::Refusal,
};

use crate::{
	Blocks, Config, Error, Event, Identity, LOG_TARGET, PaidBalances, PaidLiquidity, Pallet,
	Requests, StoredRequest, traits::Lifecycle,
};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_exit(claim: &BalanceClaim) -> DispatchResult {
		let (header, own) = Self::freeze_header()?;
		let (account, token) = (claim.balance.account, claim.balance.token);
		let key = (account.get(), token);
		ensure!(!PaidBalances::<T>::contains_key(key), Error::<T>::AlreadyClaimed);
		let Payout { owner, token, amount } =
			claim.verify(root::<T>(&header, own)?).map_err(bad_claim::<T>)?;
		ensure!(!amount.is_zero(), Error::<T>::AmountZero);

		PaidBalances::<T>::insert(key, ());
		let (who, amount) = (T::AccountId::from(owner.0), amount.get());
		Self::deposit_event(Event::Exited { who: who.clone(), account, token, amount });
		Self::pay(token, &who, amount)
	}

	pub(crate) fn do_exit_liquidity(claim: &LiquidityClaim) -> DispatchResult {
		let (header, own) = Self::freeze_header()?;
		let (params, side) = (claim.home.leaf.params, claim.reserve.leaf.side);
		let (home, slot) = (params.chain0, claim.home.slot);
		let key = (home, slot, side.number(), claim.shares.account.get());
		ensure!(!PaidLiquidity::<T>::contains_key(key), Error::<T>::AlreadyClaimed);
		// A side's leaf stands on the side's chain alone; the key of the claim rests on it.
		ensure!(params.chain(side) == own, Error::<T>::BadClaim);
		let Payout { owner, token, amount } = claim
			.verify(root::<T>(&header, home)?, root::<T>(&header, own)?)
			.map_err(bad_claim::<T>)?;
		ensure!(!amount.is_zero(), Error::<T>::AmountZero);

		PaidLiquidity::<T>::insert(key, ());
		let (who, amount) = (T::AccountId::from(owner.0), amount.get());
		Self::deposit_event(Event::LiquidityExited { who: who.clone(), home, slot, token, amount });
		Self::pay(token, &who, amount)
	}

	pub(crate) fn do_refund_deposit(index: u64) -> DispatchResult {
		ensure!(<Self as Lifecycle<_>>::exits_open(), Error::<T>::ExitNotOpen);
		// What executed blocks consumed is no longer stored, and after the freeze block none come.
		let Some(StoredRequest {
			request: PriorityRequest::Deposit { token, amount, .. },
			payer: who,
			..
		}) = Requests::<T>::get(index)
		else {
			return Err(Error::<T>::NotRefundable.into());
		};

		Requests::<T>::remove(index);
		let amount = amount.get();
		Self::deposit_event(Event::DepositRefunded { index, who: who.clone(), token, amount });
		Self::pay(token, &who, amount)
	}

	/// The header against which everybody leaves, and this chain. [`Error::ExitNotOpen`] until the
	/// block is executed.
	fn freeze_header() -> Result<(Header, ChainId), Error<T>> {
		ensure!(<Self as Lifecycle<_>>::exits_open(), Error::<T>::ExitNotOpen);
		let freeze = Self::freeze_block().ok_or(Error::<T>::ExitNotOpen)?;
		let header = Blocks::<T>::get(freeze).ok_or(Error::<T>::UnknownBlock)?.header;
		let own = Identity::<T>::get().ok_or(Error::<T>::NoNetwork)?.chain;
		Ok((header, own))
	}
}

/// The state root of a chain after the block.
fn root<T: Config>(header: &Header, chain: ChainId) -> Result<Word, Error<T>> {
	header.chain(chain).map(|part| part.new_root).map_err(bad_claim)
}

/// Tells the log why a claim does not hold.
fn bad_claim<T: Config>(refusal: Refusal) -> Error<T> {
	log::debug!(target: LOG_TARGET, "claim refused: {}", refusal.name());
	Error::BadClaim
}
