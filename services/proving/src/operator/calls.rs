// SPDX-License-Identifier: Apache-2.0

//! The calls of a prover, by the words of a prover.

use super::{CallError, LARGE, LAST, MEDIUM, Operator, SMALL};
use crate::craft::Proof;
use jsonrpsee::{core::client, http_client::HttpClient};
use ligature_operator_api::{BlockBytes, Bytes, Hash32, PartName, ProofOf, ProverApiClient, Share};
use ligature_primitives::{
	header::{Digest, Header},
	ids::{BlockNumber, ChainId},
};
use ligature_prover::{Part, watch::Watch};
use std::{fmt, time::Duration};

/// A block, as the operator names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct BlockName {
	pub number: BlockNumber,
	pub hash: Digest,
}

impl BlockName {
	pub(crate) fn of(header: &Header) -> Self {
		Self { number: header.number, hash: header.hash() }
	}

	fn wire(self) -> (u64, Hash32) {
		(self.number.0, Hash32(self.hash))
	}
}

impl fmt::Display for BlockName {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "block {}", self.number.0)
	}
}

/// How the operator names a part.
pub(crate) fn name_of(part: Part) -> PartName {
	match part {
		Part::Half(chain) => PartName::Half(chain.0),
		Part::Join => PartName::Join,
	}
}

/// The part that the operator means.
pub(crate) fn part_of(name: PartName) -> Part {
	match name {
		PartName::Half(chain) => Part::Half(ChainId(chain)),
		PartName::Join => Part::Join,
	}
}

/// Whoever calls.
#[derive(Clone, Copy)]
pub(crate) struct Caller<'a> {
	pub(super) operator: &'a Operator,
	pub(super) watch: &'a dyn Watch,
}

impl Caller<'_> {
	/// A call that ends when it is not wanted any more, or when the prover is to stop.
	fn ask<T, F>(
		&self,
		patience: Duration,
		call: impl FnOnce(HttpClient) -> F,
	) -> Result<T, CallError>
	where
		T: Send + 'static,
		F: Future<Output = Result<T, client::Error>> + Send + 'static,
	{
		let stop = &self.operator.0.stop;
		self.operator.call(patience, &|| stop.cancelled() || self.watch.cancelled(), call)
	}

	/// Header and record of a block, if they are known.
	pub(crate) fn block(&self, block: BlockName) -> Result<Option<BlockBytes>, CallError> {
		let (number, hash) = block.wire();
		self.ask(MEDIUM, |client| async move { client.block(number, hash).await })
	}

	/// The states of all chains after a block, if they are kept.
	pub(crate) fn states(&self, block: BlockName) -> Result<Option<Vec<Bytes>>, CallError> {
		let (number, hash) = block.wire();
		self.ask(LARGE, |client| async move { client.states(number, hash).await })
	}

	/// Blocks that lack a proof.
	pub(crate) fn wanted(&self) -> Result<Vec<BlockName>, CallError> {
		let wanted = self.ask(SMALL, |client| async move { client.wanted().await })?;
		let name =
			|(number, hash): (u64, Hash32)| BlockName { number: BlockNumber(number), hash: hash.0 };
		Ok(wanted.into_iter().map(name).collect())
	}

	/// Takes a share of the work on a block.
	pub(crate) fn take(&self, block: BlockName, me: Hash32) -> Result<Option<Share>, CallError> {
		let (number, hash) = block.wire();
		self.ask(SMALL, |client| async move { client.take(number, hash, me).await })
	}

	/// Goes on with a share. False: it is not ours any more.
	pub(crate) fn renew(
		&self,
		block: BlockName,
		me: Hash32,
		part: Part,
	) -> Result<bool, CallError> {
		let ((number, hash), part) = (block.wire(), name_of(part));
		self.ask(SMALL, |client| async move { client.renew(number, hash, me, part).await })
	}

	/// Gives a share back undone; also when the prover is to stop and nobody wants anything any more.
	pub(crate) fn release(
		&self,
		block: BlockName,
		me: Hash32,
		part: Part,
	) -> Result<(), CallError> {
		let ((number, hash), part) = (block.wire(), name_of(part));
		self.operator.call(LAST, &|| false, |client| async move {
			client.release(number, hash, me, part).await
		})
	}

	/// Brings a proof.
	pub(crate) fn bring(
		&self,
		block: BlockName,
		part: Part,
		proof: &Proof,
	) -> Result<(), CallError> {
		let (number, hash) = block.wire();
		let proof = ProofOf { part: name_of(part), proof: Bytes(proof.to_vec()) };
		self.ask(SMALL, |client| async move { client.prove(number, hash, proof).await })
	}

	/// What is there as proofs, whatever it is worth; none stands for bytes that have not the length of a proof.
	pub(crate) fn proofs(&self, block: BlockName) -> Result<Vec<(Part, Option<Proof>)>, CallError> {
		let (number, hash) = block.wire();
		let proofs = self.ask(SMALL, |client| async move { client.proofs(number, hash).await })?;
		let decode = |ProofOf { part, proof }| (part_of(part), Proof::try_from(proof.0).ok());
		Ok(proofs.into_iter().map(decode).collect())
	}
}
