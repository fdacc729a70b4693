// SPDX-License-Identifier: Apache-2.0

//! The functions of the blob. Each takes a [`Work`] in SCALE.

use alloc::vec::Vec;

use ark_bls12_381::Bls12_381 as Plain;
use sp_crypto_ec_utils::bls12_381::Bls12_381 as HostCalls;
// Its allocator and its handler of panics.
use sp_io as _;

use crate::Work;

sp_core::wasm_export_functions! {
	fn decoded_plain(work: Work) -> bool { work.decoded::<Plain>() }
	fn single_plain(work: Work) -> bool { work.single::<Plain>() }
	fn bundle_plain(work: Work) -> bool { work.bundle::<Plain>() }
	fn product_plain(work: Work) -> Vec<u8> { work.product::<Plain>() }

	fn decoded_host_calls(work: Work) -> bool { work.decoded::<HostCalls>() }
	fn single_host_calls(work: Work) -> bool { work.single::<HostCalls>() }
	fn bundle_host_calls(work: Work) -> bool { work.bundle::<HostCalls>() }
	fn product_host_calls(work: Work) -> Vec<u8> { work.product::<HostCalls>() }
}
