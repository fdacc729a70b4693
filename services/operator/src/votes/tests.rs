// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::testing::{NETWORK, World, oracles, vote};
use ligature_operator_api::{Bytes, Hash32};
use ligature_primitives::{
	header::Header,
	ids::ChainId,
	vote::{MESSAGE_BYTES, VoteKind, VoteMessage},
};
use ligature_relay::checks::{AHEAD, BEHIND, PER_BLOCK};

async fn world() -> (World, Header) {
	let world = World::with_deposits().await;
	let block = world.api.store.block(BlockNumber(1)).await.expect("a database").expect("block 1");
	(world, block.header)
}

async fn send(world: &World, vote: VoteBytes) -> Result<(), ApiError> {
	world.api.votes.vote(vote, BlockNumber(1)).await
}

#[track_caller]
fn refused(outcome: Result<(), ApiError>, why: &str) {
	let error = outcome.expect_err("it is refused");
	assert_eq!(error.name(), "BadVote", "{error}");
	assert!(error.to_string().contains(why), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn votes_should_be_handed_on_in_the_order_in_which_they_came() {
	let (world, header) = world().await;
	let oracles = oracles();
	let block = VoteMessage::block(&header);
	let refuse = VoteMessage::about(VoteKind::Refuse, ChainId(2), &header);
	let sent: Vec<_> =
		[vote(&oracles[2], &block), vote(&oracles[0], &block), vote(&oracles[0], &refuse)].into();
	for vote in &sent {
		send(&world, vote.clone()).await.expect("it is taken");
		send(&world, vote.clone()).await.expect("the same again is no error");
	}
	let first = world.api.votes.votes(0, 2).await.expect("it answers");
	assert_eq!(first.votes, sent[..2]);
	let rest = world.api.votes.votes(first.next, 1_000).await.expect("it answers");
	assert_eq!(rest.votes, sent[2..]);
	let none = world.api.votes.votes(rest.next, 1_000).await.expect("it answers");
	assert_eq!((none.votes.len(), none.next), (0, rest.next));
	let far = world.api.votes.votes(u64::MAX, 10).await.expect("it answers");
	assert_eq!(far.votes, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_vote_of_a_member_should_be_refused() {
	let (world, header) = world().await;
	let oracle = &oracles()[0];
	let message = VoteMessage::block(&header);
	let good = vote(oracle, &message);

	let short = VoteBytes { message: Bytes(good.message.0[1..].to_vec()), ..good.clone() };
	refused(send(&world, short).await, "");
	let mut kind = good.message.0.clone();
	kind[9] ^= 1;
	refused(send(&world, VoteBytes { message: kind.into(), ..good.clone() }).await, "");
	let mut root = good.message.0.clone();
	root[MESSAGE_BYTES - 32..].fill(0xFF);
	refused(send(&world, VoteBytes { message: root.into(), ..good.clone() }).await, "");

	let stranger = ed25519_dalek::SigningKey::from_bytes(&[77; 32]);
	refused(send(&world, vote(&stranger, &message)).await, "no member");
	let network = VoteMessage { network: NetworkId(NETWORK.0 + 1), ..message.clone() };
	refused(send(&world, vote(oracle, &network)).await, "network 8");
	let epoch = VoteMessage { oracle_epoch: 1, ..message.clone() };
	refused(send(&world, vote(oracle, &epoch)).await, "no chain knows epoch 1");
	let members = VoteMessage { member_set_hash: [9; 32], ..message.clone() };
	refused(send(&world, vote(oracle, &members)).await, "no chain knows epoch 0");
	let far = VoteMessage { number: BlockNumber(1 + AHEAD + 1), ..message.clone() };
	refused(send(&world, vote(oracle, &far)).await, "is far from");

	let unsigned = VoteBytes { signature: Bytes(vec![0; 64]), ..good.clone() };
	refused(send(&world, unsigned).await, "does not hold");
	let cut = VoteBytes { signature: Bytes(good.signature.0[..63].to_vec()), ..good.clone() };
	refused(send(&world, cut).await, "63");
	let other =
		VoteBytes { member: Hash32(oracles()[1].verifying_key().to_bytes()), ..good.clone() };
	refused(send(&world, other).await, "does not hold");
	let kept = world.api.votes.votes(0, 10).await.expect("it answers");
	assert_eq!(kept.votes, [], "nothing of it is kept");
	send(&world, good).await.expect("the vote itself is good");
}

#[tokio::test(flavor = "multi_thread")]
async fn votes_about_blocks_that_are_long_done_should_be_refused() {
	let (world, header) = world().await;
	for place in 0..2 {
		world.counters(place, [400, 400, 400, 400]);
	}
	let old = VoteMessage { number: BlockNumber(400 - BEHIND - 1), ..VoteMessage::block(&header) };
	let outcome = world.api.votes.vote(vote(&oracles()[0], &old), BlockNumber(400)).await;
	refused(outcome, "is far from");
	let recent = VoteMessage { number: BlockNumber(400 - BEHIND), ..old };
	let outcome = world.api.votes.vote(vote(&oracles()[0], &recent), BlockNumber(400)).await;
	outcome.expect("it is taken");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_should_not_fill_the_disk() {
	let (world, header) = world().await;
	let oracles = oracles();
	let say = |revert_epoch| VoteMessage { revert_epoch, ..VoteMessage::block(&header) };
	for epoch in 0..PER_BLOCK {
		send(&world, vote(&oracles[0], &say(epoch))).await.expect("it is taken");
	}
	let more = send(&world, vote(&oracles[0], &say(PER_BLOCK))).await;
	refused(more, "has said 32 things");
	// The others are not stopped by it.
	send(&world, vote(&oracles[1], &say(0))).await.expect("it is taken");
}
