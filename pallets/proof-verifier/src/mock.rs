// SPDX-License-Identifier: Apache-2.0

//! A runtime of this pallet, with a rollup that is where a test says.

use polkadot_sdk::*;

use crate as pallet_proof_verifier;
use crate::{GenesisKey, KeyBytes};
use frame_support::{derive_impl, parameter_types, traits::ConstU32};
use frame_system::EnsureRoot;
use pallet_rollup::{Counters, NetworkIdentity, traits::Lifecycle};
use sp_runtime::BuildStorage;

frame_support::construct_runtime!(
	pub enum Test {
		System: frame_system,
		ProofVerifier: pallet_proof_verifier,
	}
);

/// Blocks for which a new key is announced.
pub const NOTICE: u64 = 200;
/// The block in which tests begin.
pub const START: u64 = 10;
/// Versions that have place.
pub const MAX_VERSIONS: u32 = 3;

parameter_types! {
	/// Whether [`TestRollup`] is in exodus.
	pub static InExodus: bool = false;
}

/// A rollup of which only exodus and notice matter.
pub struct TestRollup;

impl Lifecycle<u64> for TestRollup {
	fn identity() -> Option<NetworkIdentity> {
		None
	}

	fn counters() -> Counters {
		Counters::default()
	}

	fn in_exodus() -> bool {
		InExodus::get()
	}

	fn exits_open() -> bool {
		false
	}

	fn notice() -> u64 {
		NOTICE
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn open_for_benchmarks() {}

	#[cfg(feature = "runtime-benchmarks")]
	fn end_for_benchmarks() {
		InExodus::set(true);
	}
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = frame_system::mocking::MockBlock<Test>;
}

impl pallet_proof_verifier::Config for Test {
	type AdminOrigin = EnsureRoot<u64>;
	type Rollup = TestRollup;
	type MaxVersions = ConstU32<MAX_VERSIONS>;
	type WeightInfo = ();
}

/// A chain to be tested.
#[derive(Default)]
pub struct ExtBuilder {
	keys: Vec<GenesisKey>,
	allow_development_keys: bool,
}

impl ExtBuilder {
	/// With these keys from genesis on.
	pub fn keys(self, keys: Vec<GenesisKey>) -> Self {
		Self { keys, ..self }
	}

	/// Development keys are accepted.
	pub fn allow_development_keys(self) -> Self {
		Self { allow_development_keys: true, ..self }
	}

	/// The chain, in block [`START`].
	pub fn build(self) -> sp_io::TestExternalities {
		let Self { keys, allow_development_keys } = self;
		let genesis = RuntimeGenesisConfig {
			proof_verifier: pallet_proof_verifier::GenesisConfig {
				keys,
				allow_development_keys,
				..Default::default()
			},
			..Default::default()
		};
		let storage = genesis.build_storage().expect("the configuration is plain data; qed");
		let mut ext = sp_io::TestExternalities::new(storage);
		ext.execute_with(|| System::set_block_number(START));
		ext
	}

	/// Runs a test, and checks the state after it.
	pub fn build_and_execute(self, test: impl FnOnce()) {
		self.build().execute_with(|| {
			test();
			ProofVerifier::do_try_state().expect("the state holds its invariants");
		});
	}
}

/// The keys of development chains.
pub fn development_keys() -> Vec<GenesisKey> {
	let file = include_str!("../../../runtime/keys/insecure-development.json");
	serde_json::from_str(file).expect("the file is a list of keys")
}

/// The development key of a chain's half in the smallest class.
pub fn development_key() -> KeyBytes {
	KeyBytes::try_from(&development_keys()[0].key[..]).expect("it has the size of a key")
}
