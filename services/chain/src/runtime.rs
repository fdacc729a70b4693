// SPDX-License-Identifier: Apache-2.0

//! The runtime at a block: its version and its metadata, by which everything is encoded and decoded.

use crate::{call::Call, encode, error::ChainError, heads::Head, rpc::Rpc, signer::Signer};
use codec::{Decode, Encode};
use ligature_primitives::header::Digest;
use std::{
	collections::BTreeMap,
	sync::{Arc, Mutex, PoisonError},
};
use subxt::{
	ArcMetadata, Metadata, OfflineClient, OfflineClientAtBlock, SubstrateConfig,
	config::{DefaultExtrinsicParamsBuilder, substrate::SpecVersionForRange},
	utils::H256,
};

/// For so many blocks an extrinsic lives. One that is lost dies then, and cannot be included by surprise.
pub const LIFETIME: u32 = 64;

/// A version of a chain's runtime.
#[derive(Clone, Debug)]
pub struct Runtime {
	version: u32,
	metadata: ArcMetadata,
	offline: OfflineClientAtBlock<SubstrateConfig>,
}

impl Runtime {
	/// A runtime of the chain with this genesis.
	///
	/// # Errors
	///
	/// [`ChainError::Decode`]: never for versions and metadata that are there.
	pub fn new(
		genesis: Digest,
		spec_version: u32,
		transaction_version: u32,
		metadata: Metadata,
	) -> Result<Self, ChainError> {
		let metadata = metadata.arc();
		let config = SubstrateConfig::builder()
			.set_genesis_hash(genesis.into())
			.set_metadata_for_spec_versions([(spec_version, metadata.clone())])
			.set_spec_version_for_block_ranges([SpecVersionForRange {
				block_range: 0..u64::MAX,
				spec_version,
				transaction_version,
			}])
			.build();
		// For signing the block's number does not matter.
		let offline = OfflineClient::new_with_config(config)
			.at_block(0u64)
			.map_err(|error| ChainError::decode("the runtime's version", error))?;
		Ok(Self { version: spec_version, metadata, offline })
	}

	/// Its version.
	pub fn version(&self) -> u32 {
		self.version
	}

	/// Its metadata.
	pub fn metadata(&self) -> &Arc<Metadata> {
		&self.metadata
	}

	/// The bytes of a signed extrinsic that lives for [`LIFETIME`] blocks from `birth` on.
	///
	/// # Errors
	///
	/// [`ChainError::Encode`] if the runtime does not know the call, or wants extensions of which this program does not
	/// know what to put in.
	pub fn sign(
		&self,
		call: &Call,
		signer: &Signer,
		nonce: u64,
		birth: Head,
	) -> Result<Vec<u8>, ChainError> {
		self.sign_with(call, signer, nonce, 0, birth)
	}

	/// [`Runtime::sign`] with a tip, in the smallest unit of the native token.
	///
	/// # Errors
	///
	/// As [`Runtime::sign`].
	pub fn sign_with(
		&self,
		call: &Call,
		signer: &Signer,
		nonce: u64,
		tip: u128,
		birth: Head,
	) -> Result<Vec<u8>, ChainError> {
		let payload = encode::payload(call, &self.metadata)?;
		let params = DefaultExtrinsicParamsBuilder::<SubstrateConfig>::new()
			.nonce(nonce)
			.tip(tip)
			.mortal_from_unchecked(LIFETIME.into(), birth.number.into(), birth.hash.into())
			.build();
		let bad = |error| ChainError::encode("a signed extrinsic", error);
		let transactions = self.offline.transactions();
		let mut unsigned = transactions.create_signable_offline(&payload, params).map_err(bad)?;
		Ok(unsigned.sign(signer.pair()).map_err(bad)?.into_encoded())
	}
}

/// The versions that have been seen.
#[derive(Debug, Default)]
pub(crate) struct Runtimes(Mutex<BTreeMap<u32, Arc<Runtime>>>);

impl Runtimes {
	/// The runtime whose code is in the state of a block. Its metadata is fetched when a version is seen for the first
	/// time; so an upgrade is noticed at the block that brings it.
	pub async fn at(
		&self,
		rpc: &Rpc,
		genesis: Digest,
		block: H256,
	) -> Result<Arc<Runtime>, ChainError> {
		let methods = rpc.methods();
		let version = methods
			.state_get_runtime_version(Some(block))
			.await
			.map_err(|error| state_error(rpc.error("state_getRuntimeVersion", error), block))?;
		let known = |runtimes: &Mutex<BTreeMap<_, Arc<_>>>| {
			let runtimes = runtimes.lock().unwrap_or_else(PoisonError::into_inner);
			runtimes.get(&version.spec_version).cloned()
		};
		if let Some(runtime) = known(&self.0) {
			return Ok(runtime);
		}
		let metadata = fetch(rpc, block).await?;
		let spec_version = version.spec_version;
		let runtime = Runtime::new(genesis, spec_version, version.transaction_version, metadata)?;
		let runtime = Arc::new(runtime);
		let mut runtimes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
		runtimes.insert(spec_version, runtime.clone());
		Ok(runtime)
	}
}

async fn fetch(rpc: &Rpc, block: H256) -> Result<Metadata, ChainError> {
	metadata_of(&fetch_bytes(rpc, block).await?)
}

/// The newest version of the metadata that both sides know: 16 has view functions, 15 runtime APIs.
pub(crate) async fn fetch_bytes(rpc: &Rpc, block: H256) -> Result<Vec<u8>, ChainError> {
	for version in [16u32, 15] {
		let function = "Metadata_metadata_at_version";
		let answer = rpc
			.methods()
			.state_call(function, Some(&version.encode()), Some(block))
			.await
			.map_err(|error| state_error(rpc.error(function, error), block))?;
		let metadata = Option::<Vec<u8>>::decode(&mut &answer[..])
			.map_err(|error| ChainError::decode("the metadata", error))?;
		if let Some(bytes) = metadata {
			return Ok(bytes);
		}
	}
	Err(ChainError::decode("the metadata", "the runtime has neither version 16 nor 15 of it"))
}

/// Reads metadata, of any version that there is.
///
/// # Errors
///
/// [`ChainError::Decode`].
pub fn metadata_of(bytes: &[u8]) -> Result<Metadata, ChainError> {
	Metadata::decode_from(bytes).map_err(|error| ChainError::decode("the metadata", error))
}

/// What an error means that a question about a block's state got.
pub(crate) fn state_error(error: ChainError, block: H256) -> ChainError {
	match error {
		ChainError::Refused { message, .. } if message.contains("State already discarded") => {
			ChainError::NoState { block: format!("{block:?}"), reason: message }
		},
		ChainError::Refused { message, .. }
			if message.contains("UnknownBlock") || message.contains("Header was not found") =>
		{
			ChainError::UnknownBlock { block: format!("{block:?}") }
		},
		other => other,
	}
}
