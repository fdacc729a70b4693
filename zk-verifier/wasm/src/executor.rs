// SPDX-License-Identifier: Apache-2.0

//! The blob in a node's executor.

use codec::{Decode, Encode};
use ligature_zk_verifier_wasm::Work;
use sc_executor::WasmExecutor;
use sp_core::{
	Blake2Hasher, Hasher,
	traits::{CallContext, CodeExecutor, RuntimeCode, WrappedRuntimeCode},
};
use sp_crypto_ec_utils::bls12_381::host_calls;
use sp_state_machine::BasicExternalities;

/// What the host offers: that of every node, and the curve.
type HostFunctions = (sp_io::SubstrateHostFunctions, host_calls::HostFunctions);

/// A blob, compiled at its first call and kept.
pub struct Blob {
	executor: WasmExecutor<HostFunctions>,
	code: Vec<u8>,
	hash: Vec<u8>,
}

/// Why a call gave nothing.
#[derive(Debug)]
pub enum CallError {
	/// The executor says why.
	Executor(sc_executor::error::Error),
	/// What the function returned is not what it should.
	Result(codec::Error),
}

impl core::fmt::Display for CallError {
	fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		match self {
			Self::Executor(error) => write!(f, "the call failed: {error}"),
			Self::Result(error) => write!(f, "the call returned something else: {error}"),
		}
	}
}

impl std::error::Error for CallError {}

impl Blob {
	/// A blob with the executor's own settings, which are a node's.
	pub fn new(code: Vec<u8>) -> Self {
		let hash = Blake2Hasher::hash(&code).as_bytes().to_vec();
		Self { executor: WasmExecutor::builder().build(), code, hash }
	}

	/// Calls a function in an instance of its own, as every call of a runtime.
	///
	/// # Errors
	///
	/// As [`CallError`] says.
	pub fn call<T: Decode>(&self, function: &str, work: &Work) -> Result<T, CallError> {
		let code = RuntimeCode {
			code_fetcher: &WrappedRuntimeCode(self.code.as_slice().into()),
			heap_pages: None,
			hash: self.hash.clone(),
		};
		let mut externalities = BasicExternalities::default();
		let (result, _) = self.executor.call(
			&mut externalities,
			&code,
			function,
			&work.encode(),
			CallContext::Offchain,
		);
		T::decode(&mut &result.map_err(CallError::Executor)?[..]).map_err(CallError::Result)
	}
}
