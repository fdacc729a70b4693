// SPDX-License-Identifier: Apache-2.0

//! The configuration of the rollup's pallets, and how they are tied together.
//!
//! ```text
//! root-oracle ──Settlement──▶ rollup ──ProofVerification──▶ proof-verifier
//!      ▲                        │ ▲
//!      └──────OracleEpochs──────┘ └──RequestQueue── amm ◀──PoolRegistry── rollup
//! ```

#![deny(missing_docs)]

use polkadot_sdk::*;

use crate::{
	AccountId, Amm, Assets, Balances, BlockNumber, MILLISECS_PER_BLOCK, ProofVerifier, Rollup,
	RootOracle, Runtime, RuntimeHoldReason, Timestamp, session_keys::prover, token, weights,
};
use frame_support::{
	PalletId, parameter_types,
	traits::{ConstU32, ConstU128},
};
use frame_system::EnsureRoot;
use pallet_rollup::Parameters;
use sp_runtime::{Permill, traits::Verify};

/// Most oracles of an epoch.
pub const MAX_MEMBERS: u32 = 64;

/// Blocks of this chain in a minute.
const MINUTES: BlockNumber = (60_000 / MILLISECS_PER_BLOCK) as BlockNumber;
/// Blocks of this chain in a day.
const DAYS: BlockNumber = 24 * 60 * MINUTES;

/// Periods of a chain that holds value: two weeks to serve a request, two weeks to leave, a month's
/// notice.
pub const PARAMETERS: Parameters<BlockNumber> = Parameters {
	expiry: 14 * DAYS,
	service_interval: 1,
	execute_grace: 60 * MINUTES,
	turn_grace: 10 * MINUTES,
	exodus_timeout: 3 * DAYS,
	exit_time: 14 * DAYS,
	notice: 30 * DAYS,
};

/// Periods of a development chain: what takes weeks elsewhere can be watched here.
pub const DEVELOPMENT_PARAMETERS: Parameters<BlockNumber> = Parameters {
	expiry: 20 * MINUTES,
	service_interval: 1,
	execute_grace: MINUTES,
	turn_grace: MINUTES,
	exodus_timeout: 2 * MINUTES,
	exit_time: 10 * MINUTES,
	notice: 31 * MINUTES,
};

/// How off-chain workers sign proofs: with the prover key of the node.
pub struct ProverSigner;

impl frame_system::offchain::AppCrypto<<crate::Signature as Verify>::Signer, crate::Signature>
	for ProverSigner
{
	type RuntimeAppPublic = prover::AuthorityId;
	type GenericSignature = sp_core::sr25519::Signature;
	type GenericPublic = sp_core::sr25519::Public;
}

parameter_types! {
	/// Derives the account of custody.
	pub const RollupPalletId: PalletId = PalletId(*b"lig/roll");
	/// Periods of a chain whose genesis, before version 101, knew none.
	pub const FoundingParameters: Parameters<BlockNumber> = PARAMETERS;
	/// Share of a slashed bond for who brought the evidence.
	pub const EvidenceReward: Permill = Permill::from_percent(20);
}

impl pallet_rollup::Config for Runtime {
	type AdminOrigin = EnsureRoot<AccountId>;
	type NativeToken = Balances;
	type Assets = Assets;
	type Time = Timestamp;
	type Proofs = ProofVerifier;
	type Oracle = RootOracle;
	type Pools = Amm;
	// Burnt, as all fees are: nobody gains from a long queue.
	type RequestFees = ();
	type ProverId = ProverSigner;
	type RequestPrice = ConstU128<{ 10 * token::MILLI }>;
	type MaxQueue = ConstU32<1_024>;
	type MaxOpenBlocks = ConstU32<64>;
	type KeepBlocks = ConstU32<256>;
	type MaxOperators = ConstU32<16>;
	type TurnLength = ConstU32<32>;
	type PalletId = RollupPalletId;
	type WeightInfo = weights::pallet_rollup::WeightInfo<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benches::BenchmarkHelper;
}

impl pallet_proof_verifier::Config for Runtime {
	type AdminOrigin = EnsureRoot<AccountId>;
	type Rollup = Rollup;
	type MaxVersions = ConstU32<8>;
	type WeightInfo = weights::pallet_proof_verifier::WeightInfo<Runtime>;
}

impl pallet_root_oracle::Config for Runtime {
	type AdminOrigin = EnsureRoot<AccountId>;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type Rollup = Rollup;
	// Burnt: nobody but who brought the evidence gains from a slash.
	type Slashed = ();
	type Bond = ConstU128<{ 1_000 * token::UNIT }>;
	type MaxMembers = ConstU32<MAX_MEMBERS>;
	type MaxEpochs = ConstU32<8>;
	type KeepCertificates = ConstU32<256>;
	type RewardShare = EvidenceReward;
	type WeightInfo = weights::pallet_root_oracle::WeightInfo<Runtime>;
}

impl pallet_amm::Config for Runtime {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type Rollup = Rollup;
	type PoolDeposit = ConstU128<{ 10 * token::UNIT }>;
	type WeightInfo = weights::pallet_amm::WeightInfo<Runtime>;
}
