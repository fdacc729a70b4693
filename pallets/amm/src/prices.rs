// SPDX-License-Identifier: Apache-2.0

//! Reserves and prices as of the last executed block.

use polkadot_sdk::*;

use ligature_primitives::{
	amount::Amount,
	ids::{PoolSlot, Side},
	pool::swap_out,
	refusal::Refusal,
};
use sp_runtime::{FixedPointNumber, FixedU128};

use crate::{Config, Pallet, Pools};

/// Tells other pallets what pools hold and what their tokens are worth.
///
/// Everything is as of the last executed block, in the smallest units of the tokens. A price is a ratio
/// of reserves: one block can move it far.
pub trait Prices {
	/// The reserves of sides 0 and 1; `None` if there is no pool, or if it is not created yet.
	fn reserves(slot: PoolSlot) -> Option<(Amount, Amount)>;

	/// What one unit of side 0's token is worth in units of side 1's: the ratio of the reserves. `None` if
	/// there is no pool, if it is empty, or if the price is beyond the number's range.
	fn price(slot: PoolSlot) -> Option<FixedU128>;

	/// What a swap of `amount` into side `input` would give; the pool's fee is taken off, that of the
	/// transaction is not.
	///
	/// # Errors
	///
	/// [`Refusal::PoolMissing`], also if the pool is not created yet; [`Refusal::PoolEmpty`];
	/// [`Refusal::ReserveOverflow`]; [`Refusal::SlippageExceeded`] if nothing would come out.
	fn quote(slot: PoolSlot, input: Side, amount: Amount) -> Result<Amount, Refusal>;
}

impl<T: Config> Prices for Pallet<T> {
	fn reserves(slot: PoolSlot) -> Option<(Amount, Amount)> {
		Pools::<T>::get(slot)?.reserves()
	}

	fn price(slot: PoolSlot) -> Option<FixedU128> {
		let (reserve0, reserve1) = <Self as Prices>::reserves(slot)?;
		if reserve1.is_zero() {
			return None;
		}
		FixedU128::checked_from_rational(reserve1.get(), reserve0.get())
	}

	fn quote(slot: PoolSlot, input: Side, amount: Amount) -> Result<Amount, Refusal> {
		let pool = Pools::<T>::get(slot).ok_or(Refusal::PoolMissing)?;
		let (reserve0, reserve1) = pool.reserves().ok_or(Refusal::PoolMissing)?;
		let (reserve_in, reserve_out) = match input {
			Side::Zero => (reserve0, reserve1),
			Side::One => (reserve1, reserve0),
		};
		let outcome = swap_out(reserve_in, reserve_out, amount, pool.params.fee_bps)?;
		match outcome.amount_out.is_zero() {
			true => Err(Refusal::SlippageExceeded),
			false => Ok(outcome.amount_out),
		}
	}
}
