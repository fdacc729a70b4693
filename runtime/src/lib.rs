// SPDX-License-Identifier: Apache-2.0

//! # Ligature runtime
//!
//! The state transition function of one Ligature appchain: a Substrate solochain with Aura block
//! production and GRANDPA finality, two-second slots, a native token and fungible assets.
//!
//! ## Map
//!
//! | file | what it holds |
//! |---|---|
//! | [`configs`] | the configuration of each pallet, one reason per unusual choice |
//! | `benches` | the benchmarks of the pallets (feature `runtime-benchmarks`) |
//! | [`apis`] | the runtime APIs that the node and clients call |
//! | [`rollup`] | the configuration of the rollup's pallets |
//! | [`rollup_api`] | what is asked of the rollup |
//! | [`presets`] | genesis states by name: `development`, `alpha`, `beta`, `local_testnet`, `production_template` |
//! | [`fees`] | what an extrinsic costs, and how that follows the load |
//! | [`session_keys`] | the keys of a validator, the prover's among them |
//! | [`token`] | the native token and the assets of the development chains |
//! | [`curve`] | pairing checks on BLS12-381 through the host calls of the node |
//!
//! ## Host functions
//!
//! The runtime imports the BLS12-381 host calls of `sp-crypto-ec-utils` (Polkadot RFC 163). They
//! are not part of the standard set of a Substrate node: an executor that runs this runtime adds
//! `sp_crypto_ec_utils::bls12_381::host_calls::HostFunctions`. The runtime defines no host function
//! of its own, so that the usual tools (omni-bencher, smoldot, chopsticks) can run it.

#![cfg_attr(not(feature = "std"), no_std)]
// The runtime macro and the blob generate items without documentation; every module denies it.
#![allow(missing_docs)]
#![recursion_limit = "256"]

#[cfg(feature = "std")]
include!(concat!(env!("OUT_DIR"), "/wasm_binary.rs"));

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
#[macro_use]
mod benches;

pub mod apis;
pub mod configs;
pub mod curve;
pub mod fees;
mod native_token;
pub mod presets;
pub mod rollup;
pub mod rollup_api;
pub mod session_keys;
pub mod token;
mod weights;

use polkadot_sdk::*;

use alloc::{borrow::Cow, vec::Vec};
use frame_support::weights::{Weight, constants::WEIGHT_REF_TIME_PER_SECOND};
use sp_runtime::{
	MultiAddress, MultiSignature, generic,
	traits::{BlakeTwo256, IdentifyAccount, Verify},
};
use sp_version::RuntimeVersion;

pub use pallet_balances::Call as BalancesCall;
pub use session_keys::SessionKeys;

/// Signature of an extrinsic: sr25519, ed25519 or ECDSA.
pub type Signature = MultiSignature;
/// Identity of a transactor: the public key, or its hash for ECDSA (32 bytes).
pub type AccountId = <<Signature as Verify>::Signer as IdentifyAccount>::AccountId;
/// Amount of the native token, in its smallest unit (10^-12 LIG), or of an asset in its own.
pub type Balance = u128;
/// Count of extrinsics that an account has sent.
pub type Nonce = u32;
/// Hash of a block or of a trie node (32 bytes, BLAKE2b-256).
pub type Hash = sp_core::H256;
/// Height of a block.
pub type BlockNumber = u32;
/// Milliseconds since the Unix epoch.
pub type Moment = u64;
/// Identifier of a fungible asset.
pub type AssetId = u32;
/// What extrinsics name accounts by.
pub type Address = MultiAddress<AccountId, ()>;
/// Header of a block.
pub type Header = generic::Header<BlockNumber, BlakeTwo256>;
/// A block.
pub type Block = generic::Block<Header, UncheckedExtrinsic>;
/// A block with its signature, as the node stores it.
pub type SignedBlock = generic::SignedBlock<Block>;
/// Identifier of a block: its hash or its height.
pub type BlockId = generic::BlockId<Block>;

/// Refuses what the rollup has already, before anybody pays for it; and marks commits.
pub type CheckRollup = pallet_rollup::extension::CheckRollup<Runtime, RootOracle>;

/// What every extrinsic carries beside its call, checked in this order.
pub type TxExtension = (
	frame_system::AuthorizeCall<Runtime>,
	frame_system::CheckNonZeroSender<Runtime>,
	frame_system::CheckSpecVersion<Runtime>,
	frame_system::CheckTxVersion<Runtime>,
	frame_system::CheckGenesis<Runtime>,
	frame_system::CheckEra<Runtime>,
	frame_system::CheckNonce<Runtime>,
	frame_system::CheckWeight<Runtime>,
	CheckRollup,
	pallet_transaction_payment::ChargeTransactionPayment<Runtime>,
	frame_metadata_hash_extension::CheckMetadataHash<Runtime>,
	frame_system::WeightReclaim<Runtime>,
);

/// An extrinsic as it comes from outside.
pub type UncheckedExtrinsic =
	generic::UncheckedExtrinsic<Address, RuntimeCall, Signature, TxExtension>;

/// What is signed: call, extensions and what they imply.
pub type SignedPayload = generic::SignedPayload<RuntimeCall, TxExtension>;

/// Single-block migrations that the next upgrade runs: what chains of version 100 lack.
type Migrations = (pallet_rollup::migrations::MigrateV0ToV1<Runtime, rollup::FoundingParameters>,);

/// Executes blocks: dispatches to the pallets in their order below.
pub type Executive = frame_executive::Executive<
	Runtime,
	Block,
	frame_system::ChainContext<Runtime>,
	Runtime,
	AllPalletsWithSystem,
	Migrations,
>;

/// The block types for the node, which reads headers but cannot look into extrinsics.
pub mod opaque {
	use polkadot_sdk::*;

	use sp_runtime::{generic, traits::BlakeTwo256};

	pub use sp_runtime::OpaqueExtrinsic as UncheckedExtrinsic;

	/// Header of a block.
	pub type Header = generic::Header<super::BlockNumber, BlakeTwo256>;
	/// A block whose extrinsics are bytes.
	pub type Block = generic::Block<Header, UncheckedExtrinsic>;
}

/// Name and version of this runtime.
#[sp_version::runtime_version]
pub const VERSION: RuntimeVersion = RuntimeVersion {
	spec_name: Cow::Borrowed("ligature"),
	impl_name: Cow::Borrowed("ligature"),
	authoring_version: 1,
	// Raised by one with every change of behaviour: nodes and wallets tell runtimes apart by it.
	spec_version: 101,
	impl_version: 1,
	apis: apis::RUNTIME_API_VERSIONS,
	// Raised when the encoding of a call or of the extensions changes.
	transaction_version: 1,
	system_version: 1,
};

/// Length of a slot, and so the time between two blocks, in milliseconds.
pub const MILLISECS_PER_BLOCK: Moment = 2_000;

/// Computation that fits into one block. An author has two thirds of its slot to build a block,
/// and everyone else needs time left to import it: half of the slot.
pub const MAXIMUM_BLOCK_WEIGHT: Weight = Weight::from_parts(WEIGHT_REF_TIME_PER_SECOND, u64::MAX);

/// Length of a block in bytes: room for the public data of rollup blocks.
pub const MAXIMUM_BLOCK_LENGTH: u32 = 5 * 1024 * 1024;

#[frame_support::runtime]
mod runtime {
	use polkadot_sdk::*;

	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeFreezeReason,
		RuntimeHoldReason,
		RuntimeSlashReason,
		RuntimeLockId,
		RuntimeTask,
		RuntimeViewFunction
	)]
	/// The runtime: its pallets, whose indices never change once a chain has run.
	pub struct Runtime;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;
	#[runtime::pallet_index(1)]
	pub type Timestamp = pallet_timestamp;
	#[runtime::pallet_index(2)]
	pub type Aura = pallet_aura;
	#[runtime::pallet_index(3)]
	pub type Grandpa = pallet_grandpa;
	#[runtime::pallet_index(4)]
	pub type Balances = pallet_balances;
	#[runtime::pallet_index(5)]
	pub type TransactionPayment = pallet_transaction_payment;
	#[runtime::pallet_index(6)]
	pub type Assets = pallet_assets;
	#[runtime::pallet_index(7)]
	pub type Utility = pallet_utility;
	#[runtime::pallet_index(8)]
	pub type Sudo = pallet_sudo;
	#[runtime::pallet_index(20)]
	pub type Rollup = pallet_rollup;
	#[runtime::pallet_index(21)]
	pub type ProofVerifier = pallet_proof_verifier;
	#[runtime::pallet_index(22)]
	pub type RootOracle = pallet_root_oracle;
	#[runtime::pallet_index(23)]
	pub type Amm = pallet_amm;
}
