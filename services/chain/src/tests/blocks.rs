// SPDX-License-Identifier: Apache-2.0

//! What stands in blocks, also in those whose state is gone or that change the runtime.

use super::{Node, World, connected, later};
use crate::{Chain, ChainError, Commit};
use codec::{Compact, Encode};
use ligature_primitives::{
	header::{Header, Network},
	ids::{ChainId, NetworkId},
	poseidon::Word,
};

async fn world() -> (World, Node, Chain) {
	let (world, node, chain) = connected().await;
	world.answers("Metadata_metadata_at_version", Some(later::bytes()).encode());
	(world, node, chain)
}

fn header() -> Header {
	let network = Network::new(NetworkId(1), vec![ChainId(1), ChainId(2)]).expect("valid");
	Header::genesis(&network, [1; 32], [2; 32], Word::from(3))
}

/// An extrinsic without a signature, as a block holds it.
fn extrinsic(call: later::RollupCall) -> Vec<u8> {
	let body = [&[4][..], &later::Call::Rollup(call).encode()].concat();
	[Compact(body.len() as u32).encode(), body].concat()
}

fn commit(header: &[u8], data: &[u8]) -> Vec<u8> {
	extrinsic(later::RollupCall::commit_block {
		lines: 7,
		data: data.into(),
		header: header.into(),
	})
}

#[tokio::test]
async fn header_and_data_should_be_found_in_the_extrinsic_that_commits_them() {
	let (world, _node, chain) = world().await;
	let other = extrinsic(later::RollupCall::enter_exodus);
	let commits = [commit(&header().encode(), b"data"), commit(&header().encode(), b"")];
	world.extend(&[&other, &commits[0], &commits[1]], &[]);
	let at = chain.best().await.expect("it answers");
	assert_eq!(at.committed_data(0).await, Ok(None), "another call");
	assert_eq!(at.committed_data(1).await, Ok(Some((header(), b"data".to_vec()))));
	assert_eq!(at.committed_data(2).await, Ok(Some((header(), vec![]))));
	assert_eq!(at.committed_data(3).await, Ok(None), "no extrinsic");
	let commit = |extrinsic, data: &[u8]| Commit { extrinsic, header: header(), data: data.into() };
	assert_eq!(at.commits().await, Ok(vec![commit(1, b"data"), commit(2, b"")]));

	// They stay when the state has gone, and are read by the runtime of today.
	world.extend_by(1);
	world.finalize(2);
	world.prune(2);
	let at = chain.at_number(1).await.expect("it is there");
	assert_eq!(at.committed_data(1).await, Ok(Some((header(), b"data".to_vec()))));
	assert!(matches!(at.events().await, Err(ChainError::NoState { .. })));
}

#[tokio::test]
async fn a_header_that_is_none_should_be_named_so() {
	let (world, _node, chain) = world().await;
	world.extend(&[&commit(&header().encode()[1..], b"data"), b"\x04no"], &[]);
	let at = chain.best().await.expect("it answers");
	for place in 0..2 {
		let error = at.committed_data(place).await.expect_err("it does not decode");
		assert!(matches!(error, ChainError::Decode { .. }), "{error:?}");
	}
	assert!(at.commits().await.is_err());
}

#[tokio::test]
async fn a_state_that_is_gone_should_be_named_so() {
	let (world, _node, chain) = world().await;
	let at = chain.best().await.expect("it answers");
	assert_eq!(at.spec_version().await, Ok(102));
	let refused = at.status().await.expect_err("this node's runtime does not export it");
	assert!(matches!(refused, ChainError::Refused { code: 4003, .. }), "{refused:?}");
	world.prune(1);
	let again = chain.best().await.expect("headers stay");
	for at in [at, again] {
		let gone = at.status().await.expect_err("the state is gone");
		assert!(matches!(gone, ChainError::NoState { .. }), "{gone:?}");
		assert!(gone.to_string().contains("archive"), "{gone}");
	}
}

#[tokio::test]
async fn a_block_that_changes_the_code_should_be_read_by_the_code_before() {
	let (world, _node, chain) = world().await;
	world.extend_by(1);
	let upgrade = world.upgrade();
	world.extend_by(1);
	let mut versions = Vec::new();
	for number in 1..4 {
		let at = chain.at_number(number).await.expect("it is there");
		let executing = at.executing().await.expect("it answers").version();
		versions.push((executing, at.spec_version().await.expect("it answers")));
	}
	assert_eq!((upgrade.number, versions), (2, vec![(101, 101), (101, 102), (102, 102)]));
}

#[tokio::test]
async fn metadata_that_a_runtime_lacks_should_be_asked_for_in_an_older_version() {
	let (world, _node, chain) = connected().await;
	let at = chain.best().await.expect("it answers");
	world.answers("Metadata_metadata_at_version", None::<Vec<u8>>.encode());
	let error = at.metadata().await.expect_err("it has no version of it");
	assert!(error.to_string().contains("neither version 16 nor 15"), "{error}");
	world.answers("Metadata_metadata_at_version", Some(vec![1u8, 2, 3]).encode());
	assert!(matches!(at.metadata().await, Err(ChainError::Decode { .. })));
	world.answers("Metadata_metadata_at_version", Some(later::bytes()).encode());
	assert!(at.metadata().await.is_ok(), "a failure is not remembered");
}
