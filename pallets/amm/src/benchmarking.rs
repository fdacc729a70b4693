// SPDX-License-Identifier: Apache-2.0

//! Benchmarks of the pallet.

use super::*;
use alloc::vec::Vec;
use frame_benchmarking::v2::*;
use frame_support::{
	assert_ok,
	traits::{
		Get,
		fungible::{Mutate, MutateHold},
	},
};
use frame_system::RawOrigin;
use ligature_primitives::{
	amount::Amount,
	constants::REGISTERS,
	ids::{BlockNumber, PoolSlot, Side, TokenId},
	pool::PoolParams,
	pubdata::Register,
};
use pallet_rollup::traits::{Lifecycle, PoolRegistry};

/// An account that can pay deposit and request.
fn creator<T: Config>() -> T::AccountId
where
	T::Currency: Mutate<T::AccountId>,
{
	let who = whitelisted_caller();
	// Half of all that there can be: requests cost more the longer the queue is.
	assert_ok!(T::Currency::mint_into(&who, pallet_rollup::Balance::MAX / 2));
	who
}

/// Parameters of different pools between the native tokens of this chain and of another.
fn params<T: Config>(index: u16) -> (PoolParams, Side) {
	T::Rollup::open_for_benchmarks();
	let identity = T::Rollup::identity().expect("the network is open; qed");
	let other = identity.chains.iter().find(|chain| **chain != identity.chain);
	let params = PoolParams {
		chain0: identity.chain,
		token0: TokenId::NATIVE,
		chain1: *other.expect("a network has two chains; qed"),
		token1: TokenId::NATIVE,
		fee_bps: index,
	};
	(params, Side::Zero)
}

/// A pool at the place of this number, without its request.
fn insert<T: Config>(slot: u16, creator: T::AccountId, status: Status) -> PoolSlot {
	let (params, side) = params::<T>(slot);
	let slot = PoolSlot(slot);
	let deposit = T::PoolDeposit::get();
	assert_ok!(T::Currency::hold(&HoldReason::PoolDeposit.into(), &creator, deposit));
	SlotOf::<T>::insert((params, side), slot);
	Pools::<T>::insert(slot, Pool { params, side, creator, deposit, status });
	NextSlot::<T>::put(PoolSlot(slot.0 + 1));
	slot
}

#[benchmarks(where T::Currency: Mutate<T::AccountId>)]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn create_pool() {
		let (params, side) = params::<T>(0);
		let caller = creator::<T>();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), params, side);

		assert!(SlotOf::<T>::contains_key((params, side)));
	}

	#[benchmark]
	fn release_deposit() {
		let caller = creator::<T>();
		let slot = insert::<T>(0, caller.clone(), Status::Queued);
		T::Rollup::end_for_benchmarks();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), slot);

		assert!(Pools::<T>::get(slot).is_some_and(|pool| pool.deposit == 0));
	}

	#[benchmark]
	fn on_executed(c: Linear<0, { REGISTERS as u32 }>, r: Linear<0, { REGISTERS as u32 }>) {
		let creator = creator::<T>();
		let created: Vec<_> =
			(0..c as u16).map(|slot| insert::<T>(slot, creator.clone(), Status::Queued)).collect();
		let live = Status::Live { own: Amount::ZERO, foreign: Amount::ZERO, block: BlockNumber(0) };
		let first = c as u16;
		let registers: Vec<_> = (first..first + r as u16)
			.map(|slot| insert::<T>(slot, creator.clone(), live))
			.map(|slot| Register { slot, own: Amount::MAX, foreign: Amount::MAX })
			.collect();

		#[block]
		{
			Pallet::<T>::on_executed(BlockNumber(1), &created, &registers);
		}

		for slot in created {
			let pool = Pools::<T>::get(slot).expect("inserted above; qed");
			assert_eq!(pool.reserves(), Some((Amount::ZERO, Amount::ZERO)));
		}
		for register in registers {
			let pool = Pools::<T>::get(register.slot).expect("inserted above; qed");
			assert_eq!(pool.reserves(), Some((Amount::MAX, Amount::MAX)));
		}
	}

	impl_benchmark_test_suite!(Pallet, mock::ExtBuilder::default().build(), mock::Test);
}
