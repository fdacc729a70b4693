// SPDX-License-Identifier: Apache-2.0

//! Pools: their parameters, and what a swap, a deposit and a withdrawal of liquidity cost.
//!
//! The formulas are those of sections 7.5 and 7.6 of `docs/protocol.md`. They round in favour of the
//! pool: the product of the reserves never falls by a swap, and a share never gets worth less by
//! adding or removing liquidity.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

use crate::{
	amount::{Amount, isqrt_product, mul_div_ceil, mul_div_floor},
	constants::{BPS, MAX_FEE_BPS, MINIMUM_LIQUIDITY},
	ids::{ChainId, Side, TokenId},
	network::Network,
	poseidon::Word,
	refusal::Refusal,
};

/// What makes a pool the pool it is; it never changes.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Hash,
	Encode,
	Decode,
	DecodeWithMemTracking,
	TypeInfo,
	MaxEncodedLen,
)]
pub struct PoolParams {
	/// The home chain, which keeps supply and shares.
	pub chain0: ChainId,
	/// The token of side 0, on `chain0`.
	pub token0: TokenId,
	/// The other chain, or the same.
	pub chain1: ChainId,
	/// The token of side 1, on `chain1`.
	pub token1: TokenId,
	/// The part of a swap's input that the pool keeps, in 1/10,000.
	pub fee_bps: u16,
}

impl PoolParams {
	/// The parameters as one integer, the first field in the lowest bits. It stands for the pool
	/// wherever one would expect a hash of its parameters.
	pub const fn pack(&self) -> u64 {
		self.chain0.0 as u64
			| (self.token0.0 as u64) << 8
			| (self.chain1.0 as u64) << 24
			| (self.token1.0 as u64) << 32
			| (self.fee_bps as u64) << 48
	}

	/// The inverse of [`PoolParams::pack`]; every integer stands for parameters, valid or not.
	pub const fn unpack(packed: u64) -> Self {
		Self {
			chain0: ChainId(packed as u8),
			token0: TokenId((packed >> 8) as u16),
			chain1: ChainId((packed >> 24) as u8),
			token1: TokenId((packed >> 32) as u16),
			fee_bps: (packed >> 48) as u16,
		}
	}

	/// [`PoolParams::pack`] as a word.
	pub fn word(&self) -> Word {
		Word::from(self.pack())
	}

	/// Checks what can be checked without knowing the network: chains from 1, L1 tokens, the fee's
	/// limit, and two different tokens if both are on one chain. [`Refusal::BadPoolParams`].
	pub fn validate_form(&self) -> Result<(), Refusal> {
		let chains = self.chain0.0 != 0 && self.chain1.0 != 0;
		let tokens = self.token0.is_l1() && self.token1.is_l1();
		let distinct = (self.chain0, self.token0) != (self.chain1, self.token1);
		if chains && tokens && distinct && self.fee_bps <= MAX_FEE_BPS {
			Ok(())
		} else {
			Err(Refusal::BadPoolParams)
		}
	}

	/// [`PoolParams::validate_form`], and both chains are in the network.
	/// [`Refusal::BadPoolParams`].
	pub fn validate(&self, network: &Network) -> Result<(), Refusal> {
		self.validate_form()?;
		if network.contains(self.chain0) && network.contains(self.chain1) {
			Ok(())
		} else {
			Err(Refusal::BadPoolParams)
		}
	}

	/// The chain of a side.
	pub const fn chain(&self, side: Side) -> ChainId {
		match side {
			Side::Zero => self.chain0,
			Side::One => self.chain1,
		}
	}

	/// The token of a side, on that side's chain.
	pub const fn token(&self, side: Side) -> TokenId {
		match side {
			Side::Zero => self.token0,
			Side::One => self.token1,
		}
	}
}

/// What a swap does to a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SwapOutcome {
	/// What the trader gets.
	pub amount_out: Amount,
	/// Reserve of the input side afterwards.
	pub reserve_in: Amount,
	/// Reserve of the output side afterwards: at least 1.
	pub reserve_out: Amount,
}

/// A swap of `amount` into the side with `reserve_in`:
/// `amount_out = r_o − ceil(r_i·r_o/(r_i + a0))`, `a0 = floor(a·(10^4 − fee)/10^4)`.
///
/// # Errors
///
/// [`Refusal::PoolEmpty`] if a reserve is 0, [`Refusal::ReserveOverflow`] if the input's reserve would
/// reach 2^112, [`Refusal::BadPoolParams`] for a fee above its limit.
pub fn swap_out(
	reserve_in: Amount,
	reserve_out: Amount,
	amount: Amount,
	fee_bps: u16,
) -> Result<SwapOutcome, Refusal> {
	if reserve_in.is_zero() || reserve_out.is_zero() {
		return Err(Refusal::PoolEmpty);
	}
	let reserve_in_after = reserve_in.checked_add(amount).ok_or(Refusal::ReserveOverflow)?;
	let kept = BPS.checked_sub(fee_bps).ok_or(Refusal::BadPoolParams)?;
	let effective = mul_div_floor(amount.get(), kept.into(), BPS.into())
		.expect("the factor is at most 1 and the divisor is not 0; qed");
	let reserve_out_after =
		mul_div_ceil(reserve_in.get(), reserve_out.get(), reserve_in.get() + effective)
			.and_then(|reserve| Amount::new(reserve).ok())
			.expect("r_i/(r_i + a0) is at most 1, so the reserve does not grow; qed");
	let amount_out = reserve_out
		.checked_sub(reserve_out_after)
		.expect("the reserve does not grow, as said above; qed");
	Ok(SwapOutcome { amount_out, reserve_in: reserve_in_after, reserve_out: reserve_out_after })
}

/// A pool's reserves of sides 0 and 1 and its supply of shares.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Liquidity {
	/// Reserve of side 0.
	pub reserve0: Amount,
	/// Reserve of side 1.
	pub reserve1: Amount,
	/// All shares, the locked ones included.
	pub supply: Amount,
}

/// What adding liquidity costs and gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddOutcome {
	/// Paid into side 0, without the fee.
	pub amount0: Amount,
	/// Paid into side 1.
	pub amount1: Amount,
	/// Shares that the account gets.
	pub minted: Amount,
	/// The pool afterwards.
	pub pool: Liquidity,
}

/// Adds liquidity for exactly `shares` shares, rounding what is paid up; the first liquidity pays
/// both maxima, mints `isqrt(max0·max1)` less the locked shares, and takes `shares` as a minimum.
///
/// # Errors
///
/// In this order: [`Refusal::SharesZero`]; first liquidity [`Refusal::InsufficientLiquidity`],
/// later [`Refusal::LimitExceeded`] and [`Refusal::SupplyOverflow`]; [`Refusal::ReserveOverflow`].
pub fn add_liquidity(
	pool: Liquidity,
	shares: Amount,
	max0: Amount,
	max1: Amount,
) -> Result<AddOutcome, Refusal> {
	if shares.is_zero() {
		return Err(Refusal::SharesZero);
	}
	let (amount0, amount1, minted, supply) = if pool.supply.is_zero() {
		let supply = isqrt_product(max0.get(), max1.get());
		if supply < MINIMUM_LIQUIDITY + shares.get() {
			return Err(Refusal::InsufficientLiquidity);
		}
		let supply = Amount::new(supply).expect("a mean of two amounts is an amount; qed");
		let minted = Amount::new(supply.get() - MINIMUM_LIQUIDITY)
			.expect("smaller than the supply, and not negative by the check above; qed");
		(max0, max1, minted, supply)
	} else {
		let cost = |reserve: Amount, max: Amount| {
			mul_div_ceil(shares.get(), reserve.get(), pool.supply.get())
				.and_then(|cost| Amount::new(cost).ok())
				.filter(|cost| *cost <= max)
				.ok_or(Refusal::LimitExceeded)
		};
		let (amount0, amount1) = (cost(pool.reserve0, max0)?, cost(pool.reserve1, max1)?);
		let supply = pool.supply.checked_add(shares).ok_or(Refusal::SupplyOverflow)?;
		(amount0, amount1, shares, supply)
	};
	let add = |reserve: Amount, amount| reserve.checked_add(amount).ok_or(Refusal::ReserveOverflow);
	let pool = Liquidity {
		reserve0: add(pool.reserve0, amount0)?,
		reserve1: add(pool.reserve1, amount1)?,
		supply,
	};
	Ok(AddOutcome { amount0, amount1, minted, pool })
}

/// What removing liquidity pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RemoveOutcome {
	/// Paid from side 0, the fee included.
	pub amount0: Amount,
	/// Paid from side 1.
	pub amount1: Amount,
	/// The pool afterwards.
	pub pool: Liquidity,
}

/// Burns `shares`, rounding what is paid down.
///
/// # Errors
///
/// In this order: [`Refusal::SharesZero`], [`Refusal::InsufficientBalance`] if there are not so many
/// shares, [`Refusal::SlippageExceeded`].
pub fn remove_liquidity(
	pool: Liquidity,
	shares: Amount,
	min0: Amount,
	min1: Amount,
) -> Result<RemoveOutcome, Refusal> {
	if shares.is_zero() {
		return Err(Refusal::SharesZero);
	}
	let supply = pool.supply.checked_sub(shares).ok_or(Refusal::InsufficientBalance)?;
	// As many shares or more as are burned: the supply is not 0 and nothing grows.
	let paid = |reserve: Amount| {
		mul_div_floor(shares.get(), reserve.get(), pool.supply.get())
			.and_then(|paid| Some((Amount::new(paid).ok()?, reserve.get().checked_sub(paid)?)))
			.and_then(|(paid, left)| Some((paid, Amount::new(left).ok()?)))
			.expect("shares are at most the supply, so at most the reserve is paid; qed")
	};
	let ((amount0, reserve0), (amount1, reserve1)) = (paid(pool.reserve0), paid(pool.reserve1));
	if amount0 < min0 || amount1 < min1 {
		return Err(Refusal::SlippageExceeded);
	}
	Ok(RemoveOutcome { amount0, amount1, pool: Liquidity { reserve0, reserve1, supply } })
}
