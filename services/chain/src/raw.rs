// SPDX-License-Identifier: Apache-2.0

//! Blocks as bytes, to be kept and read again without a node.

use crate::{
	at::At,
	body::{Posted, posted},
	error::ChainError,
	heads::Head,
	rpc::BlockHeader,
	runtime::fetch_bytes,
};
use codec::{Decode, Encode};
use ligature_primitives::header::Digest;
use subxt::Metadata;

/// A block of a chain: its header and its extrinsics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawBlock {
	/// Number and hash; the hash is that of the header's bytes.
	pub head: Head,
	/// Hash of the block before.
	pub parent: Digest,
	/// The header, in SCALE.
	pub header: Vec<u8>,
	/// The extrinsics, in order, each with its length before it, as nodes give them.
	pub extrinsics: Vec<Vec<u8>>,
	/// Version of the runtime by whose metadata the extrinsics are read.
	pub runtime: u32,
}

impl RawBlock {
	/// The block with this header.
	///
	/// # Errors
	///
	/// [`ChainError::Decode`] if the bytes are no header.
	pub fn new(
		header: Vec<u8>,
		extrinsics: Vec<Vec<u8>>,
		runtime: u32,
	) -> Result<Self, ChainError> {
		let decoded = BlockHeader::decode(&mut &header[..])
			.map_err(|error| ChainError::decode("the header of a block", error))?;
		let (head, parent) = (Head::of(&decoded), decoded.parent_hash.0);
		Ok(Self { head, parent, header, extrinsics, runtime })
	}

	/// What its extrinsics post of blocks of the rollup, each with its place; whether the chain took it is not said.
	///
	/// # Errors
	///
	/// [`ChainError::Decode`] if an extrinsic is not one of that runtime.
	pub fn posted(&self, metadata: &Metadata) -> Result<Vec<(u32, Posted)>, ChainError> {
		let each = self.extrinsics.iter().zip(0..).filter_map(|(bytes, place)| {
			posted(bytes, metadata).transpose().map(|found| Ok((place, found?)))
		});
		each.collect()
	}
}

impl At {
	/// The whole block as bytes.
	///
	/// # Errors
	///
	/// As [`At`] says; a block whose state is gone is read by the present runtime, which keeps the calls of those
	/// before it.
	pub async fn raw(&self) -> Result<RawBlock, ChainError> {
		let runtime = self.executing_or_present().await?;
		Ok(RawBlock {
			head: self.head(),
			parent: self.parent(),
			header: self.header.encode(),
			extrinsics: self.extrinsics().await?,
			runtime: runtime.version(),
		})
	}

	/// The metadata by which the block's extrinsics are read.
	///
	/// # Errors
	///
	/// As [`At::raw`].
	pub async fn calls_metadata(&self) -> Result<std::sync::Arc<Metadata>, ChainError> {
		Ok(self.executing_or_present().await?.metadata().clone())
	}

	/// The metadata of the runtime in this block's state, as the runtime gives it.
	///
	/// # Errors
	///
	/// As [`At`] says.
	pub async fn metadata_bytes(&self) -> Result<Vec<u8>, ChainError> {
		fetch_bytes(self.chain.rpc(), self.hash()).await
	}
}
