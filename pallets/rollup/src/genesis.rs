// SPDX-License-Identifier: Apache-2.0

//! The rollup at genesis, and what must hold of the runtime's constants.
//!
//! The pallets of the tokens stand before this one in the runtime, so that genesis finds their
//! accounts.

use polkadot_sdk::*;

use frame_support::{BoundedVec, dispatch::DispatchClass, traits::Get, weights::Weight};
use ligature_primitives::{constants::SizeClass, ids::TokenId};
use sp_runtime::traits::{Saturating, Zero};

use crate::{
	Config, GenesisConfig, Guardian, Identity, MAX_PROOFS, NetworkIdentity, Operators, Pallet,
	Parameters, Periods, Token, Tokens,
};

/// Stores what the chain specification says.
///
/// # Panics
///
/// If it is not allowed: then the chain does not start.
pub(crate) fn build<T: Config>(genesis: &GenesisConfig<T>) {
	let Some(identity) = &genesis.identity else {
		// Periods alone are the defaults of a template, whose network is still to be filled in.
		genesis.parameters.as_ref().inspect(|parameters| check_parameters(parameters));
		let silent =
			genesis.operators.is_empty() && genesis.guardian.is_none() && genesis.assets.is_empty();
		assert!(silent, "rollup genesis: a chain of no network has no rollup to configure");
		return;
	};
	let identity = NetworkIdentity::try_from(identity)
		.unwrap_or_else(|refusal| panic!("rollup genesis: {refusal}: {identity:?}"));
	let parameters = genesis.parameters.expect("rollup genesis: a network needs parameters");
	check_parameters(&parameters);
	Pallet::<T>::check_operators(&genesis.operators)
		.unwrap_or_else(|error| panic!("rollup genesis: operators: {error:?}"));
	let operators = BoundedVec::try_from(genesis.operators.clone());
	Operators::<T>::put(
		operators.expect("rollup genesis: no more operators than the runtime allows"),
	);
	Identity::<T>::put(identity);
	Periods::<T>::put(parameters);
	Guardian::<T>::set(genesis.guardian.clone());
	open_custody::<T>();
	for asset in &genesis.assets {
		if let Err(error) = Pallet::<T>::add_token(asset.clone()) {
			panic!("rollup genesis: asset {asset:?}: {error:?}");
		}
	}
}

/// Makes the account of custody exist by itself, whatever it holds, and the native token known.
pub(crate) fn open_custody<T: Config>() {
	frame_system::Pallet::<T>::inc_providers(&Pallet::<T>::custody_account());
	Tokens::<T>::insert(TokenId::NATIVE, Token::Native);
}

/// Checks that the periods leave everybody the time they promise.
fn check_parameters<L1Block: Copy + Ord + Zero + Saturating>(parameters: &Parameters<L1Block>) {
	let Parameters { expiry, service_interval, exodus_timeout, exit_time, notice, .. } =
		*parameters;
	let positive = !expiry.is_zero() && !service_interval.is_zero() && !exodus_timeout.is_zero();
	assert!(positive, "rollup genesis: expiry, service interval and exodus timeout are above 0");
	assert!(
		exit_time > exodus_timeout,
		"rollup genesis: the exit time is above the exodus timeout, which it includes"
	);
	assert!(
		notice > expiry.saturating_add(exit_time),
		"rollup genesis: the notice is above expiry and exit time together"
	);
}

/// Checks the runtime's constants.
pub(crate) fn integrity_test<T: Config>() {
	let counts = [
		T::MaxQueue::get(),
		T::MaxOpenBlocks::get(),
		T::KeepBlocks::get(),
		T::MaxOperators::get(),
		T::TurnLength::get(),
	];
	assert!(counts.iter().all(|count| *count > 0), "queue, blocks, operators and turns: above 0");
	assert!(T::RequestPrice::get() > 0, "a request costs something");
	let normal = T::BlockWeights::get().get(DispatchClass::Normal).max_extrinsic;
	let fits = |weight: Weight| normal.is_none_or(|limit| weight.all_lte(limit));
	assert!(fits(Pallet::<T>::prove_weight(MAX_PROOFS)), "the proofs of a block fit an extrinsic");
	let revert = <T::WeightInfo as crate::WeightInfo>::revert_blocks(T::MaxOpenBlocks::get());
	assert!(fits(revert), "all open blocks can be reverted at once");
	for class in SizeClass::ALL {
		// What can be committed can be executed: a block that cannot would stop all that follow.
		let slots = class.capacity();
		let commits = fits(Pallet::<T>::commit_weight_of(class, slots));
		let executes = fits(Pallet::<T>::execute_weight(slots, slots));
		assert!(
			!commits || executes,
			"a block of class {class} can be committed, but not executed"
		);
	}
}
