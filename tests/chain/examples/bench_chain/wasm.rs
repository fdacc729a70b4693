// SPDX-License-Identifier: Apache-2.0

//! The runtime's blob in a node's executor.

use polkadot_sdk::*;

use codec::{Decode, Encode};
use ligature_chain_tests::Chain;
use ligature_runtime::UncheckedExtrinsic;
use sc_executor::WasmExecutor;
use sp_core::{
	Blake2Hasher, Hasher,
	traits::{CallContext, CodeExecutor, RuntimeCode, WrappedRuntimeCode},
};
use sp_runtime::ApplyExtrinsicResult;
use sp_state_machine::{Ext, InMemoryBackend, OverlayedChanges};
use std::error::Error;

use crate::clock;

/// What the host offers: that of every node, and the curve.
type HostFunctions =
	(sp_io::SubstrateHostFunctions, sp_crypto_ec_utils::bls12_381::host_calls::HostFunctions);

type Overlay = OverlayedChanges<Blake2Hasher>;

/// The runtime of a node, compiled at its first call and kept.
pub struct Blob {
	executor: WasmExecutor<HostFunctions>,
	code: &'static [u8],
	hash: Vec<u8>,
}

impl Blob {
	/// The blob that belongs to the runtime of this program.
	///
	/// # Errors
	///
	/// If it was not built.
	pub fn new() -> Result<Self, Box<dyn Error>> {
		let code = ligature_runtime::WASM_BINARY.ok_or(
			"the runtime was built without its blob: unset SKIP_WASM_BUILD and build again",
		)?;
		let hash = Blake2Hasher::hash(code).as_bytes().to_vec();
		Ok(Self { executor: WasmExecutor::builder().build(), code, hash })
	}

	/// Calls a function of the runtime in an instance of its own, as a node does.
	fn call(
		&self,
		overlay: &mut Overlay,
		backend: &InMemoryBackend<Blake2Hasher>,
		function: &str,
		input: &[u8],
	) -> Result<Vec<u8>, sc_executor::error::Error> {
		let code = RuntimeCode {
			code_fetcher: &WrappedRuntimeCode(self.code.into()),
			heap_pages: None,
			hash: self.hash.clone(),
		};
		let mut ext = Ext::new(overlay, backend, None);
		self.executor
			.call(&mut ext, &code, function, input, CallContext::Onchain { import: false })
			.0
	}

	/// Milliseconds for an extrinsic, which must succeed, in the block that a chain has open: the call of the
	/// runtime as a whole, its instance, the signature and the fee with it.
	///
	/// # Errors
	///
	/// If the runtime cannot be called, or the extrinsic fails.
	pub fn time(
		&self,
		chain: &Chain,
		extrinsic: &UncheckedExtrinsic,
	) -> Result<f64, Box<dyn Error>> {
		let (header, backend) = chain.opened();
		let mut begun = Overlay::default();
		self.call(&mut begun, backend, "Core_initialize_block", &header.encode())?;
		self.apply(&mut begun, backend, &chain.inherent().encode())?;
		let bytes = extrinsic.encode();
		self.apply(&mut begun.clone(), backend, &bytes)?;
		let run = || self.apply(&mut begun.clone(), backend, &bytes).expect("it has just worked");
		Ok(clock::time(1, run) / 1_000.0)
	}

	fn apply(
		&self,
		overlay: &mut Overlay,
		backend: &InMemoryBackend<Blake2Hasher>,
		extrinsic: &[u8],
	) -> Result<(), Box<dyn Error>> {
		let result = self.call(overlay, backend, "BlockBuilder_apply_extrinsic", extrinsic)?;
		match ApplyExtrinsicResult::decode(&mut &result[..])? {
			Ok(Ok(())) => Ok(()),
			failed => Err(format!("the extrinsic fails: {failed:?}").into()),
		}
	}
}
