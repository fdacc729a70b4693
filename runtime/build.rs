// SPDX-License-Identifier: Apache-2.0

//! Builds the runtime a second time, as the WebAssembly blob that a node executes.

#[cfg(all(feature = "std", feature = "metadata-hash"))]
#[path = "src/native_token.rs"]
mod native_token;

#[cfg(all(feature = "std", feature = "metadata-hash"))]
fn main() {
	substrate_wasm_builder::WasmBuilder::init_with_defaults()
		.enable_metadata_hash(native_token::SYMBOL, native_token::DECIMALS)
		.build();
}

#[cfg(all(feature = "std", not(feature = "metadata-hash")))]
fn main() {
	substrate_wasm_builder::WasmBuilder::build_using_defaults();
}

/// Inside the WebAssembly build there is nothing more to build.
#[cfg(not(feature = "std"))]
fn main() {}
