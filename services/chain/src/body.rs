// SPDX-License-Identifier: Apache-2.0

//! What stands in a block: its extrinsics, and the events that they left.

use crate::{
	at::At,
	error::ChainError,
	event::{self, Event},
	runtime::Runtime,
	storage,
};
use ligature_primitives::{
	header::{Digest, Header},
	ids::BlockNumber,
};
use std::sync::Arc;
use subxt::{
	Metadata,
	config::substrate::DigestItem,
	ext::{frame_decode::extrinsics::decode_extrinsic, scale_decode::DecodeAsType},
};

/// A block of the rollup in the extrinsic that commits it. It stands there whether or not the chain took it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
	/// Place of the extrinsic in the chain's block.
	pub extrinsic: u32,
	/// The header.
	pub header: Header,
	/// The public data of this chain.
	pub data: Vec<u8>,
}

/// What an extrinsic has posted of a block of the rollup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Posted {
	/// `commit_block`: the header, and the public data of this chain.
	Commit {
		/// The header.
		header: Header,
		/// The public data.
		data: Vec<u8>,
	},
	/// `prove_block`.
	Proofs {
		/// The block's number.
		number: BlockNumber,
		/// Its header hash.
		hash: Digest,
		/// Proofs of the non-empty halves in the order of the chains, then of the join, unless it is empty.
		proofs: Vec<[u8; 192]>,
	},
	/// `submit_certificate`: that of a block.
	Certificate(Vec<u8>),
}

/// What an extrinsic posts of a block of the rollup, if it does. That it stands in a block does not say that the chain
/// took it.
///
/// # Errors
///
/// [`ChainError::Decode`].
pub fn posted(extrinsic: &[u8], metadata: &Metadata) -> Result<Option<Posted>, ChainError> {
	let bad = |reason: String| ChainError::decode("an extrinsic", reason);
	let decoded = decode_extrinsic(&mut &extrinsic[..], metadata, metadata.types())
		.map_err(|error| bad(error.to_string()))?;
	let call = decoded.call_name();
	let argument = |name: &str| {
		let argument = decoded
			.call_data()
			.find(|argument| argument.name() == name)
			.ok_or_else(|| bad(format!("{call} has no {name}")))?;
		Ok::<_, ChainError>((&extrinsic[argument.range()], *argument.ty()))
	};
	macro_rules! read {
		($name:literal, $type:ty) => {{
			let (mut bytes, ty) = argument($name)?;
			<$type>::decode_as_type(&mut bytes, ty, metadata.types())
				.map_err(|error| bad(error.to_string()))?
		}};
	}
	Ok(match (decoded.pallet_name(), call) {
		("Rollup", "commit_block") => {
			let header = Header::decode(&read!("header", Vec<u8>))
				.map_err(|refusal| bad(format!("the header: {refusal}")))?;
			Some(Posted::Commit { header, data: read!("data", Vec<u8>) })
		},
		("Rollup", "prove_block") => Some(Posted::Proofs {
			number: BlockNumber(read!("number", u64)),
			hash: read!("hash", [u8; 32]),
			proofs: read!("proofs", Vec<[u8; 192]>),
		}),
		("RootOracle", "submit_certificate") => {
			Some(Posted::Certificate(read!("certificate", Vec<u8>)))
		},
		_ => None,
	})
}

/// The header and the public data in an extrinsic, if it is a `commit_block`.
///
/// # Errors
///
/// [`ChainError::Decode`].
pub fn commit_of(
	extrinsic: &[u8],
	metadata: &Metadata,
) -> Result<Option<(Header, Vec<u8>)>, ChainError> {
	Ok(match posted(extrinsic, metadata)? {
		Some(Posted::Commit { header, data }) => Some((header, data)),
		_ => None,
	})
}

impl At {
	/// The events of this block.
	///
	/// # Errors
	///
	/// As [`At`] says.
	pub async fn events(&self) -> Result<Vec<Event>, ChainError> {
		let runtime = self.executing().await?;
		let key = storage::event_records(runtime.metadata())?.key;
		let bytes = self.stored(&key).await?;
		bytes.map_or(Ok(Vec::new()), |bytes| event::events(&bytes, runtime.metadata()))
	}

	/// The extrinsics of this block.
	///
	/// # Errors
	///
	/// As [`At`] says; a block's extrinsics stay when its state is gone.
	pub async fn extrinsics(&self) -> Result<Vec<Vec<u8>>, ChainError> {
		let block = self.chain.methods().chain_get_block(Some(self.hash())).await;
		let block = block.map_err(|error| self.chain.error("chain_getBlock", error))?;
		let unknown = || ChainError::UnknownBlock { block: self.head().to_string() };
		let extrinsics = block.ok_or_else(unknown)?.block.extrinsics;
		Ok(extrinsics.into_iter().map(|bytes| bytes.0).collect())
	}

	/// Header and public data of the block of the rollup that an extrinsic of this block commits; none if there is no
	/// such extrinsic, or if it is another call.
	///
	/// # Errors
	///
	/// As [`At::extrinsics`].
	pub async fn committed_data(
		&self,
		extrinsic: u32,
	) -> Result<Option<(Header, Vec<u8>)>, ChainError> {
		let extrinsics = self.extrinsics().await?;
		match extrinsics.get(extrinsic as usize) {
			Some(bytes) => commit_of(bytes, self.executing_or_present().await?.metadata()),
			None => Ok(None),
		}
	}

	/// All blocks of the rollup in extrinsics of this block, whether or not the chain took them: for who reads a chain
	/// whose events are gone.
	///
	/// # Errors
	///
	/// As [`At::extrinsics`].
	pub async fn commits(&self) -> Result<Vec<Commit>, ChainError> {
		let extrinsics = self.extrinsics().await?;
		let runtime = self.executing_or_present().await?;
		let commit = |(place, bytes): (usize, &Vec<u8>)| {
			let commit = commit_of(bytes, runtime.metadata()).transpose()?;
			Some(commit.map(|(header, data)| Commit { extrinsic: place as u32, header, data }))
		};
		extrinsics.iter().enumerate().filter_map(commit).collect()
	}

	/// The runtime that executed this block. When a block changes the code, that is not the one in its state.
	pub(crate) async fn executing(&self) -> Result<Arc<Runtime>, ChainError> {
		let logs = &self.header.digest.logs;
		if logs.iter().any(|log| matches!(log, DigestItem::RuntimeEnvironmentUpdated)) {
			self.chain.runtime_at(self.header.parent_hash).await
		} else {
			self.runtime().await
		}
	}

	/// The same; for a block whose state is gone the present runtime. Its calls are those of its predecessors, as indices and
	/// fields of calls stay.
	pub(crate) async fn executing_or_present(&self) -> Result<Arc<Runtime>, ChainError> {
		match self.executing().await {
			Err(ChainError::NoState { .. }) => {
				self.chain.runtime_at(self.chain.finalized().await?.hash()).await
			},
			done => done,
		}
	}

	/// The place of the extrinsic with this hash in the block.
	pub(crate) async fn place_of(&self, extrinsic: &Digest) -> Result<Option<u32>, ChainError> {
		let extrinsics = self.extrinsics().await?;
		let place =
			extrinsics.iter().position(|bytes| crate::heads::blake2_256(bytes) == *extrinsic);
		Ok(place.map(|place| place as u32))
	}
}
