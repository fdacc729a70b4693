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

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{ids::NetworkId, testing::config};
	use primitive_types::{U256, U512};
	use proptest::prelude::*;

	fn amount(value: u128) -> Amount {
		Amount::new(value).expect("an amount")
	}

	/// Amounts from 1 of all sizes.
	fn positive() -> impl Strategy<Value = Amount> {
		(any::<u128>(), 16u32..128).prop_map(|(v, shift)| amount((v >> shift).max(1)))
	}

	fn product(a: Amount, b: Amount) -> U256 {
		U256::from(a.get()) * U256::from(b.get())
	}

	/// Whether a share is worth at least as much in `after` as in `before`:
	/// r0·r1/supply² does not fall.
	fn share_value_kept(before: &Liquidity, after: &Liquidity) -> bool {
		let value = |pool: &Liquidity, supply: Amount| {
			product(pool.reserve0, pool.reserve1).full_mul(product(supply, supply))
		};
		let (before, after): (U512, U512) =
			(value(before, after.supply), value(after, before.supply));
		after >= before
	}

	fn pool(reserve0: Amount, reserve1: Amount, supply: Amount) -> Liquidity {
		Liquidity { reserve0, reserve1, supply }
	}

	const PARAMS: PoolParams = PoolParams {
		chain0: ChainId(1),
		token0: TokenId(2),
		chain1: ChainId(3),
		token1: TokenId(511),
		fee_bps: 30,
	};

	#[test]
	fn params_pack_lowest_first_and_back() {
		assert_eq!(PARAMS.pack(), 1 | 2 << 8 | 3 << 24 | 511 << 32 | 30 << 48);
		assert_eq!(PoolParams::unpack(PARAMS.pack()), PARAMS);
		assert_eq!(PoolParams::unpack(u64::MAX).pack(), u64::MAX);
		assert_eq!(PARAMS.chain(Side::One), ChainId(3));
		assert_eq!(PARAMS.token(Side::One), TokenId(511));
	}

	#[test]
	fn params_outside_the_rules_are_refused() {
		let network = |chains: &[u8]| {
			Network::new(NetworkId(1), chains.iter().copied().map(ChainId).collect())
				.expect("valid")
		};
		assert_eq!(PARAMS.validate(&network(&[1, 3])), Ok(()));
		let bad = Err(Refusal::BadPoolParams);
		assert_eq!(PARAMS.validate(&network(&[1, 2])), bad);
		assert_eq!(PARAMS.validate(&network(&[2, 3])), bad);
		assert_eq!(PoolParams { token0: TokenId(512), ..PARAMS }.validate_form(), bad);
		assert_eq!(PoolParams { token1: TokenId(512), ..PARAMS }.validate_form(), bad);
		assert_eq!(PoolParams { fee_bps: 1001, ..PARAMS }.validate_form(), bad);
		assert_eq!(PoolParams { chain1: ChainId(0), ..PARAMS }.validate_form(), bad);
		let same_chain = PoolParams { chain1: ChainId(1), ..PARAMS };
		assert_eq!(same_chain.validate_form(), Ok(()));
		assert_eq!(PoolParams { token1: TokenId(2), ..same_chain }.validate_form(), bad);
		assert_eq!(
			PoolParams { fee_bps: 1000, token1: TokenId(2), ..PARAMS }.validate_form(),
			Ok(())
		);
	}

	#[test]
	fn a_swap_follows_the_formula() {
		// a0 = 997; 1,000,000·1,000,000/1,000,997 = 999,003.99…, up: 999,004.
		let outcome = swap_out(amount(1_000_000), amount(1_000_000), amount(1_000), 30);
		assert_eq!(
			outcome,
			Ok(SwapOutcome {
				amount_out: amount(996),
				reserve_in: amount(1_001_000),
				reserve_out: amount(999_004),
			})
		);
	}

	#[test]
	fn swaps_are_refused_at_the_limits() {
		assert_eq!(swap_out(Amount::ZERO, amount(1), amount(1), 0), Err(Refusal::PoolEmpty));
		assert_eq!(swap_out(amount(1), Amount::ZERO, amount(1), 0), Err(Refusal::PoolEmpty));
		let full = swap_out(Amount::MAX, amount(5), amount(1), 0);
		assert_eq!(full, Err(Refusal::ReserveOverflow));
		assert_eq!(swap_out(amount(1), amount(1), amount(1), 10_001), Err(Refusal::BadPoolParams));
	}

	#[test]
	fn first_liquidity_takes_the_maxima_and_locks_shares() {
		let empty = Liquidity::default();
		let outcome =
			add_liquidity(empty, amount(1), amount(4_000), amount(9_000)).expect("enough");
		assert_eq!(outcome.minted, amount(5_000));
		assert_eq!(outcome.pool, pool(amount(4_000), amount(9_000), amount(6_000)));
		let short = add_liquidity(empty, amount(5_001), amount(4_000), amount(9_000));
		assert_eq!(short, Err(Refusal::InsufficientLiquidity));
		let locked_only = add_liquidity(empty, amount(1), amount(1_000), amount(1_000));
		assert_eq!(locked_only, Err(Refusal::InsufficientLiquidity));
	}

	#[test]
	fn liquidity_is_refused_in_the_documented_order() {
		let start = pool(amount(10), amount(10), amount(1_010));
		let max = Amount::MAX;
		assert_eq!(add_liquidity(start, Amount::ZERO, max, max), Err(Refusal::SharesZero));
		let one = amount(1);
		assert_eq!(add_liquidity(start, one, Amount::ZERO, max), Err(Refusal::LimitExceeded));
		assert_eq!(add_liquidity(start, one, max, Amount::ZERO), Err(Refusal::LimitExceeded));
		// A cost beyond any amount is above every maximum; else the supply overflows first.
		let heavy = pool(max, max, amount(1_001));
		assert_eq!(add_liquidity(heavy, max, max, max), Err(Refusal::LimitExceeded));
		let wide = pool(one, one, max);
		assert_eq!(add_liquidity(wide, one, max, max), Err(Refusal::SupplyOverflow));
		assert_eq!(add_liquidity(heavy, one, max, max), Err(Refusal::ReserveOverflow));

		assert_eq!(remove_liquidity(start, Amount::ZERO, one, one), Err(Refusal::SharesZero));
		let many = remove_liquidity(start, amount(1_011), Amount::ZERO, Amount::ZERO);
		assert_eq!(many, Err(Refusal::InsufficientBalance));
		let low = remove_liquidity(start, amount(101), amount(2), Amount::ZERO);
		assert_eq!(low, Err(Refusal::SlippageExceeded));
		let low = remove_liquidity(start, amount(101), Amount::ZERO, amount(2));
		assert_eq!(low, Err(Refusal::SlippageExceeded));
		assert!(remove_liquidity(start, amount(101), one, one).is_ok());
	}

	proptest! {
		#![proptest_config(config(4_000))]

		/// Invariant 4, and the equation that the join checks.
		#[test]
		fn swaps_never_lower_the_product(
			r_i in positive(), r_o in positive(), a in positive(), fee in 0u16..=1_000,
		) {
			match swap_out(r_i, r_o, a, fee) {
				Err(refusal) => {
					prop_assert_eq!(refusal, Refusal::ReserveOverflow);
					prop_assert!(r_i.checked_add(a).is_none());
				},
				Ok(after) => {
					prop_assert_eq!(Some(after.reserve_in), r_i.checked_add(a));
					prop_assert_eq!(Some(r_o), after.reserve_out.checked_add(after.amount_out));
					prop_assert!(!after.reserve_out.is_zero());
					prop_assert!(product(after.reserve_in, after.reserve_out) >= product(r_i, r_o));
					let a0 = U256::from(a.get()) * U256::from(10_000 - fee) / U256::from(10_000);
					let divisor = U256::from(r_i.get()) + a0;
					let left = divisor * U256::from(after.reserve_out.get());
					let remainder = left.checked_sub(product(r_i, r_o));
					prop_assert!(remainder.is_some_and(|rem| rem < divisor));
				},
			}
		}

		/// Invariant 5 for additions, and what J5 checks.
		#[test]
		fn adding_never_dilutes(
			r0 in positive(), r1 in positive(), supply in positive(), shares in positive(),
		) {
			let before = pool(r0, r1, supply);
			match add_liquidity(before, shares, Amount::MAX, Amount::MAX) {
				Err(refusal) => prop_assert!(matches!(
					refusal,
					Refusal::LimitExceeded | Refusal::SupplyOverflow | Refusal::ReserveOverflow
				)),
				Ok(added) => {
					prop_assert_eq!(added.minted, shares);
					prop_assert!(share_value_kept(&before, &added.pool));
					for (cost, reserve) in [(added.amount0, r0), (added.amount1, r1)] {
						let rest = product(cost, supply).checked_sub(product(shares, reserve));
						prop_assert!(rest.is_some_and(|rest| rest < U256::from(supply.get())));
					}
				},
			}
		}

		/// The first liquidity's root, as J5 checks it.
		#[test]
		fn first_liquidity_is_the_root(x in positive(), y in positive()) {
			match add_liquidity(Liquidity::default(), amount(1), x, y) {
				Err(refusal) => {
					prop_assert_eq!(refusal, Refusal::InsufficientLiquidity);
					prop_assert!(product(x, y) < U256::from(1_001u128 * 1_001));
				},
				Ok(added) => {
					let root = added.pool.supply;
					prop_assert_eq!(root.get(), added.minted.get() + 1_000);
					let above = U256::from(root.get() + 1);
					prop_assert!(product(root, root) <= product(x, y) && product(x, y) < above * above);
				},
			}
		}

		/// Invariant 5 for removals; what was added never pays out more at once.
		#[test]
		fn removing_never_dilutes(
			r0 in positive(), r1 in positive(), supply in positive(), part in any::<u128>(),
		) {
			let shares = amount(part % supply.get() + 1);
			let before = pool(r0, r1, supply);
			let removed = remove_liquidity(before, shares, Amount::ZERO, Amount::ZERO).expect("enough");
			prop_assert!(share_value_kept(&before, &removed.pool));
			prop_assert_eq!(removed.amount0.checked_add(removed.pool.reserve0), Some(r0));
			prop_assert_eq!(removed.amount1.checked_add(removed.pool.reserve1), Some(r1));
			if !removed.pool.supply.is_zero() {
				let back = add_liquidity(removed.pool, shares, Amount::MAX, Amount::MAX);
				let back = back.expect("there was room");
				prop_assert!(back.amount0 >= removed.amount0 && back.amount1 >= removed.amount1);
			}
		}
	}
}
