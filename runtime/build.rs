// SPDX-License-Identifier: Apache-2.0

//! Builds the runtime a second time, as the WebAssembly blob that a node executes.

#[cfg(all(feature = "std", feature = "metadata-hash"))]
fn main() {
	// Symbol and decimals are hashed into what a hardware wallet signs: `token.rs` holds them.
	substrate_wasm_builder::WasmBuilder::init_with_defaults()
		.enable_metadata_hash("LIG", 12)
		.build();
}

#[cfg(all(feature = "std", not(feature = "metadata-hash")))]
fn main() {
	substrate_wasm_builder::WasmBuilder::build_using_defaults();
}

/// Inside the WebAssembly build there is nothing more to build.
#[cfg(not(feature = "std"))]
fn main() {}
