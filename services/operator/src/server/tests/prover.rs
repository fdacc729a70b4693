// SPDX-License-Identifier: Apache-2.0

//! Provers and oracles, over the wire.

use super::*;
use crate::testing::{ALPHA, NETWORK, Person, deposit, oracles, simulated, vote};
use ligature_ledger::{Ledger, record::BlockRecord, snapshot, tree::Sequential};
use ligature_operator_api::{
	Bytes, Hash32, PartName, ProofOf, ProverApiClient, RelayApiClient, VoteBytes, code,
};
use ligature_primitives::{
	header::{Header, Network},
	ids::ChainId,
	vote::VoteMessage,
};

const ANNA: Hash32 = Hash32([1; 32]);
const BERT: Hash32 = Hash32([2; 32]);

#[tokio::test(flavor = "multi_thread")]
async fn a_block_should_be_one_that_a_prover_can_execute() {
	let served = Served::of(World::with_deposits().await).await;
	let [(number, hash)] = served.http.wanted().await.expect("it answers")[..] else {
		panic!("one block lacks proofs")
	};
	let bytes = served.http.block(number, hash).await.expect("it answers").expect("it is there");
	let header = Header::decode(&bytes.header.0).expect("a header");
	assert_eq!((header.number.0, Hash32(header.hash())), (number, hash));
	let record = BlockRecord::decode(&bytes.record.0).expect("a record");
	let network = Network::new(NETWORK, vec![ChainId(1), ChainId(2)]).expect("two chains");
	let mut ledger = Ledger::new(network);
	let sealed = record.execute(&mut ledger, &Sequential).expect("it can be executed");
	assert_eq!(sealed.final_root, header.final_root());
	// And the states after it.
	let states =
		served.http.states(number, hash).await.expect("it answers").expect("they are kept");
	assert_eq!(states.len(), 2);
	for (bytes, state) in states.iter().zip(ledger.states()) {
		let chain = state.chain();
		let loaded = snapshot::load(chain, &mut &bytes.0[..], &Sequential).expect("a snapshot");
		assert_eq!(loaded.root(), state.root());
	}
	// What is not there is none.
	assert_eq!(served.http.block(number, ANNA).await.expect("it answers"), None);
	assert_eq!(served.http.block(u64::MAX, hash).await.expect("it answers"), None);
	assert_eq!(served.http.states(number, ANNA).await.expect("it answers"), None);
	assert_eq!(served.http.states(9, hash).await.expect("it answers"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn provers_should_take_renew_release_and_prove() {
	let served = Served::of(World::with_deposits().await).await;
	let client = &served.http;
	let [(number, hash)] = client.wanted().await.expect("it answers")[..] else {
		panic!("one block lacks proofs")
	};
	let share = client.take(number, hash, ANNA).await.expect("it answers").expect("there is work");
	assert_eq!((share.part, share.seconds), (PartName::Half(1), 30));
	assert_eq!(client.take(number, hash, BERT).await.expect("it answers"), None);
	assert!(client.renew(number, hash, ANNA, share.part).await.expect("it answers"));
	assert!(!client.renew(number, hash, BERT, share.part).await.expect("it answers"));
	client.release(number, hash, ANNA, share.part).await.expect("it answers");
	assert!(!client.renew(number, hash, ANNA, share.part).await.expect("it answers"));
	let share = client.take(number, hash, BERT).await.expect("it answers").expect("it is free");

	let bytes = client.block(number, hash).await.expect("it answers").expect("it is there");
	let header = Header::decode(&bytes.header.0).expect("a header");
	let garbage = ProofOf { part: share.part, proof: Bytes(vec![1; 192]) };
	let bad = (code::BAD_PROOF, "BadProof".to_owned());
	assert_eq!(refusal(client.prove(number, hash, garbage).await), bad);
	let proof = simulated(&header, share.part, 3);
	client.prove(number, hash, proof.clone()).await.expect("it holds");
	assert_eq!(client.proofs(number, hash).await.expect("it answers"), [proof]);
	assert_eq!(client.wanted().await.expect("it answers"), []);
	let missing = (code::NOT_FOUND, "NotFound".to_owned());
	assert_eq!(refusal(client.take(9, hash, ANNA).await), missing);
	assert_eq!(refusal(client.take(u64::MAX, hash, ANNA).await), missing);
	assert_eq!(refusal(client.proofs(number, ANNA).await), missing);
	let block = ligature_operator_api::OperatorApiClient::block(client, number).await;
	assert!(block.expect("it is there").proofs.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_that_is_taken_back_should_want_no_proofs() {
	let served = Served::of(World::with_deposits().await).await;
	served.world.requests(ALPHA, 2, &[deposit(Person(3), 0, 1)]).await;
	let built = served.world.build().await;
	let hash = Hash32(built.hash);
	assert_eq!(served.http.wanted().await.expect("it answers").len(), 2);
	served
		.world
		.api
		.engine
		.revert(ligature_primitives::ids::BlockNumber(1), 1)
		.await
		.expect("back");
	assert_eq!(served.http.wanted().await.expect("it answers").len(), 1);
	let missing = (code::NOT_FOUND, "NotFound".to_owned());
	assert_eq!(refusal(served.http.take(2, hash, ANNA).await), missing);
	let proof = simulated(&built.header, PartName::Half(1), 1);
	assert_eq!(refusal(served.http.prove(2, hash, proof).await), missing);
	// What it was made of can still be read: a chain may have it.
	assert!(served.http.block(2, hash).await.expect("it answers").is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn votes_should_go_from_one_oracle_to_the_others() {
	let served = Served::of(World::with_deposits().await).await;
	let block = served.world.api.store.block(ligature_primitives::ids::BlockNumber(1)).await;
	let header = block.expect("a database").expect("block 1").header;
	let oracle = &oracles()[0];
	let good = vote(oracle, &VoteMessage::block(&header));
	RelayApiClient::vote(&served.http, good.clone()).await.expect("it is taken");
	let votes = RelayApiClient::votes(&served.http, 0, 10).await.expect("it answers");
	assert_eq!(votes.votes, [good.clone()]);
	let forged = VoteBytes { signature: Bytes(vec![0; 64]), ..good };
	let outcome = refusal(RelayApiClient::vote(&served.http, forged).await);
	assert_eq!(outcome, (code::BAD_VOTE, "BadVote".into()));
}
