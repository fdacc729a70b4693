// SPDX-License-Identifier: Apache-2.0

//! What the dispatchables and checks cost at their worst: keys that have no point in common, so that no
//! pairing serves two of them.

#![cfg(feature = "runtime-benchmarks")]

use polkadot_sdk::*;

use super::*;
use crate::trapdoor::Trapdoor;
use alloc::{boxed::Box, vec::Vec};
use frame_benchmarking::v2::*;
use frame_support::{
	BoundedVec,
	traits::{EnsureOrigin, Get},
};
use ligature_primitives::{
	constants::{JoinClass, SizeClass},
	poseidon::Word,
};
use pallet_rollup::{
	CircuitId, MAX_PROOFS,
	traits::{Lifecycle, ProofClaim, ProofVerification},
};
use sp_runtime::traits::Zero;

const VERSION: u16 = u16::MAX;

/// The circuits of all classes: of the halves, then of the joins, each from the largest class down.
fn circuits() -> impl Iterator<Item = CircuitId> {
	let chains = SizeClass::ALL.into_iter().rev().map(CircuitId::Chain);
	let joins = JoinClass::ALL.into_iter().rev().map(CircuitId::Join);
	let not_empty = |circuit: &CircuitId| {
		*circuit != CircuitId::Chain(SizeClass::EMPTY)
			&& *circuit != CircuitId::Join(JoinClass::EMPTY)
	};
	chains.chain(joins).filter(not_empty)
}

/// Registers keys for all circuits, to be used at once. Those that are there stay.
pub(crate) fn register_all<T: Config>(version: u16) {
	for (number, circuit) in (0..).zip(circuits()) {
		if !Keys::<T>::contains_key(version, circuit) {
			let key = Trapdoor::new(number).key_bytes();
			Pallet::<T>::insert_key(version, circuit, &key, Zero::zero())
				.expect("the key is good, and the list of versions has place; qed");
		}
	}
}

fn admin<T: Config>() -> Result<T::RuntimeOrigin, BenchmarkError> {
	T::AdminOrigin::try_successful_origin().map_err(|()| BenchmarkError::Weightless)
}

#[benchmarks]
mod benches {
	use super::*;

	#[benchmark]
	fn register_key() -> Result<(), BenchmarkError> {
		T::Rollup::open_for_benchmarks();
		let taken: Vec<u16> = (1..T::MaxVersions::get()).map(|version| version as u16).collect();
		Versions::<T>::put(BoundedVec::truncate_from(taken));
		let circuit = CircuitId::Chain(SizeClass::ALL[1]);
		let key = Box::new(Trapdoor::new(0).key_bytes());
		let origin = admin::<T>()?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, VERSION, circuit, key);

		let usable_from = frame_system::Pallet::<T>::block_number() + T::Rollup::notice();
		assert_eq!(
			Keys::<T>::get(VERSION, circuit).map(|info| info.usable_from),
			Some(usable_from)
		);
		Ok(())
	}

	#[benchmark]
	fn retire_key() -> Result<(), BenchmarkError> {
		T::Rollup::open_for_benchmarks();
		register_all::<T>(VERSION);
		let circuit = CircuitId::Chain(SizeClass::ALL[1]);
		let origin = admin::<T>()?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, VERSION, circuit);

		assert!(Keys::<T>::get(VERSION, circuit).is_some_and(|info| info.retired));
		Ok(())
	}

	/// `n`: proofs, of halves in different classes and, last, of the join.
	#[benchmark]
	fn verify_proofs(n: Linear<1, MAX_PROOFS>) {
		register_all::<T>(VERSION);
		let proven: Vec<_> = (0..)
			.zip(circuits())
			.take(n as usize)
			.map(|(number, circuit)| {
				let input = Word::from(u64::MAX - number);
				(circuit, input, Trapdoor::new(number).prove(input, 1 + number))
			})
			.collect();
		let claims: Vec<_> = proven
			.iter()
			.map(|(circuit, input, proof)| ProofClaim { circuit: *circuit, input: *input, proof })
			.collect();

		#[block]
		{
			Pallet::<T>::verify(VERSION, &claims).expect("the proofs were made for this; qed");
		}
	}

	#[benchmark]
	fn keys_digest() {
		register_all::<T>(VERSION);
		let classes = &SizeClass::ALL[1..];
		let join = JoinClass::ALL[4];
		let found;

		#[block]
		{
			found = Pallet::<T>::keys_digest(VERSION, join, classes);
		}

		assert!(found.is_ok());
	}

	impl_benchmark_test_suite!(
		Pallet,
		crate::mock::ExtBuilder::default().build(),
		crate::mock::Test
	);
}
