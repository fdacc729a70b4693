// SPDX-License-Identifier: Apache-2.0

//! An operator that lies, with the real operator's key. The first chain, or the oracles, do not take it.

#![allow(clippy::unwrap_used, reason = "a panic is how a test reports")]

use ligature_chain::{Call, Signer};
use ligature_cli::devnet::OPERATOR;
use ligature_e2e::{ALPHA, BETA, World, solvency};
use ligature_primitives::{
	amount::{Amount, Fee},
	constants::{JoinClass, SizeClass},
	header::Header,
	ids::{AccountIndex, BlockNumber, ChainId, Timestamp},
	op::{Half, WithdrawHalf},
	pubdata::PublicData,
};
use std::time::Duration;

/// What the first chain's runtime says to a call, by the name of the error.
async fn answer(world: &World, chain: ChainId, call: &Call) -> Result<(), String> {
	let signer = Signer::from_suri(OPERATOR).unwrap();
	let mut sent = match world.chain(chain).await.submit(call, &signer).await {
		Ok(sent) => sent,
		Err(error) => return Err(error.to_string()),
	};
	let included = sent.included(Duration::from_secs(60)).await.unwrap();
	included.outcome.map_err(|error| error.name)
}

/// A header after the last one in which nothing happens on any chain.
async fn empty(world: &World) -> Header {
	let number = world.status(ALPHA).await.counters.committed;
	let parent = world.block(ALPHA, number).await.unwrap();
	let mut header = parent.header.clone();
	header.number = BlockNumber(number.0 + 1);
	header.parent = parent.hash;
	header.join_class = JoinClass::EMPTY;
	for part in &mut header.chains {
		*part = ligature_primitives::header::ChainHeader::unchanged(
			part.chain,
			part.new_root,
			part.new_next,
		);
	}
	header.keys_digest = keys_digest(world, &header).await;
	header
}

/// The digest of the keys that a header of this shape names.
async fn keys_digest(world: &World, header: &Header) -> [u8; 32] {
	use ligature_chain::Circuit;
	let keys = world.chain(ALPHA).await.best().await.unwrap().keys().await.unwrap();
	let digest = |circuit: Circuit| {
		let found = keys.iter().find(|key| key.circuit == circuit);
		found.map(|key| key.digest).unwrap_or_default()
	};
	let chains: Vec<_> = header
		.chains
		.iter()
		.map(|part| (part.size_class, digest(Circuit::Chain(part.size_class))))
		.collect();
	let join = (header.join_class, digest(Circuit::Join(header.join_class)));
	ligature_primitives::header::keys_digest(header.circuit_version, join, &chains)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_that_lies_should_get_nowhere() {
	let mut world = World::start().await;
	world.deposits("1000", "1").await;
	let settled = world.settled().await;
	// From here on its key lies.
	world.network().kill("operator").expect("it dies");

	// A withdrawal that nobody has signed.
	let mut header = empty(&world).await;
	let invented = Half::Withdraw(WithdrawHalf {
		token: world.usdt.id,
		account: AccountIndex::new(0).unwrap(),
		receiver: world.eve.owner(),
		amount: Amount::new(1_000_000).unwrap(),
		fee: Fee::ZERO,
	});
	let data = PublicData { registers: vec![], halves: vec![invented] };
	let class = SizeClass::new(1).unwrap();
	let bytes = data.encode(class).unwrap();
	let part = &mut header.chains[0];
	part.size_class = class;
	part.data_length = bytes.len() as u32;
	part.data_commitment = data.commitment(class).unwrap();
	header.keys_digest = keys_digest(&world, &header).await;

	// Other public data than the header commits to.
	let mut other = bytes.clone();
	*other.last_mut().unwrap() ^= 1;
	let commit = |header: &Header, data: &[u8]| Call::CommitBlock {
		header: header.clone(),
		data: data.to_vec(),
	};
	let refused = answer(&world, ALPHA, &commit(&header, &other)).await.unwrap_err();
	let reasons = ["CommitmentMismatch", "MalformedPublicData"];
	assert!(reasons.contains(&refused.as_str()), "{refused}");
	world.say("wrong public data is refused");

	// A payment out of the air can be committed: nobody has looked at proofs yet. It is never proven, so never paid.
	let custody = world.chain(ALPHA).await.best().await.unwrap();
	let held = custody.asset_balance(1, custody.custody().await.unwrap()).await.unwrap();
	assert_eq!(answer(&world, ALPHA, &commit(&header, &bytes)).await, Ok(()));
	let prove =
		Call::ProveBlock { number: header.number, hash: header.hash(), proofs: vec![[0x11; 192]] };
	let refused = answer(&world, ALPHA, &prove).await.unwrap_err();
	assert!(["MalformedProof", "ProofRejected"].contains(&refused.as_str()), "{refused}");
	let execute = Call::ExecuteBlock { number: header.number, payments: 1, requests: 0 };
	let refused = answer(&world, ALPHA, &execute).await.unwrap_err();
	assert!(refused.contains("NotNextToExecute") || refused.contains("Invalid"), "{refused}");
	let at = world.chain(ALPHA).await.best().await.unwrap();
	assert_eq!(at.asset_balance(1, at.custody().await.unwrap()).await.unwrap(), held);
	let revert = Call::RevertBlocks { to: settled, epoch: header.revert_epoch + 1 };
	for chain in [ALPHA, BETA] {
		assert_eq!(answer(&world, chain, &revert).await, Ok(()));
	}
	world.say("a payment out of the air is never proven");

	// Different headers for the two chains. Nothing happens in them, so both chains take them as proven; the oracles
	// see that they differ, and sign neither.
	let header = Header { revert_epoch: header.revert_epoch + 1, ..empty(&world).await };
	let later = Timestamp::new(header.timestamp.get() + 1).unwrap();
	let other = Header { timestamp: later, ..header.clone() };
	for (chain, header) in [(ALPHA, &header), (BETA, &other)] {
		assert_eq!(answer(&world, chain, &commit(header, &[])).await, Ok(()));
		let prove = Call::ProveBlock { number: header.number, hash: header.hash(), proofs: vec![] };
		assert_eq!(answer(&world, chain, &prove).await, Ok(()));
	}
	tokio::time::sleep(Duration::from_secs(20)).await;
	for chain in [ALPHA, BETA] {
		let counters = world.status(chain).await.counters;
		assert_eq!(counters.proven, header.number);
		assert_eq!(counters.certified, settled, "the oracles sign neither of two headers");
	}
	world.say("two headers for one block are never certified");

	// The honest operator does not go on from what it has not built: it says so.
	let refused = world.restart("operator").await.expect_err("it does not start");
	assert!(refused.to_string().contains("operator"), "{refused}");
	solvency(&world).await;
	world.stop().await;
}
