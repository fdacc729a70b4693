// SPDX-License-Identifier: Apache-2.0

//! Attacks on the oracles, by name, on the chains of one network.

use polkadot_sdk::*;

use crate::{Error, mock::*};
use frame_support::{assert_noop, assert_ok, pallet_prelude::DispatchResultWithPostInfo};
use ligature_primitives::{
	ids::{BlockNumber, ChainId, NetworkId},
	vote::{Certificate, MESSAGE_BYTES, VoteKind, VoteMessage},
};
use pallet_rollup::traits::OracleEpochs;
use sp_runtime::DispatchError;

const ALL: &[u8] = &[1, 2, 3, 4];

type Submit = fn(RuntimeOrigin, crate::CertificateBytes<Test>) -> DispatchResultWithPostInfo;

fn relay(submit: Submit, message: &VoteMessage, signers: &[u8]) -> DispatchResultWithPostInfo {
	let bytes = certificate_of(ALL, signers, message);
	submit(RuntimeOrigin::signed(account(9)), bounded(bytes))
}

fn certify(message: &VoteMessage, signers: &[u8]) -> DispatchResultWithPostInfo {
	relay(Oracle::submit_certificate, message, signers)
}

fn freeze(message: &VoteMessage, signers: &[u8]) -> DispatchResultWithPostInfo {
	relay(Oracle::submit_freeze, message, signers)
}

fn refuse(message: &VoteMessage, signers: &[u8]) -> DispatchResultWithPostInfo {
	relay(Oracle::submit_refusal, message, signers)
}

fn report(member: u8, first: &VoteMessage, second: &VoteMessage) -> DispatchResultWithPostInfo {
	let (first, second) = (vote(member, first), vote(member, second));
	Oracle::report_equivocation(RuntimeOrigin::signed(account(9)), key(member), first, second)
}

/// Chains 1 and 2 of one network, with the same members.
fn two_chains() -> [sp_io::TestExternalities; 2] {
	[1, 2].map(|chain| ExtBuilder::default().chain(chain).build())
}

#[test]
fn two_freezes_on_two_chains_end_at_the_block_that_the_first_chain_took() {
	let [mut first, mut second] = two_chains();
	// Members 1 to 3 freeze at 2, members 2 to 4 at 3: freezes may rise, nobody has lied.
	let (low, high) = first.execute_with(|| {
		prove_up_to(3);
		let about = |number| about(VoteKind::Freeze, 0, number);
		(about(2), about(3))
	});
	assert!(!low.contradicts(&high));
	execute(&mut first, || {
		assert_ok!(freeze(&high, &[2, 3, 4]));
		assert_noop!(freeze(&low, &[1, 2, 3]), DispatchError::Other("AlreadyFrozen"));
		assert_eq!(RollupDouble::get().freeze, Some(BlockNumber(3)));
	});
	execute(&mut second, || {
		prove_up_to(3);
		// The other chain takes neither, only what the first has fixed.
		for message in [&low, &high] {
			let call = freeze(message, &[1, 2, 3]);
			assert_noop!(call, DispatchError::Other("NotFirstChain"));
		}
		assert_ok!(freeze(&about(VoteKind::Frozen, 1, 3), &[1, 2, 4]));
		assert_eq!(RollupDouble::get().freeze, Some(BlockNumber(3)));
	});
}

#[test]
fn a_freeze_racing_a_certificate_excludes_it_or_costs_a_third_of_the_members() {
	let [mut first, mut second] = two_chains();
	let messages = first.execute_with(|| {
		prove_up_to(2);
		(about(VoteKind::Freeze, 0, 1), block(1), block(2))
	});
	let (frozen_at_1, block_1, block_2) = messages;
	execute(&mut first, || {
		assert_ok!(certify(&block_1, &[1, 2, 3]));
		assert_ok!(freeze(&frozen_at_1, &[1, 2, 3]));
		// What comes later is above the freeze.
		assert_noop!(certify(&block_2, &[2, 3, 4]), DispatchError::Other("UnknownBlock"));
	});
	// On a chain that the freeze has not reached the certificate still passes: whoever signed both
	// is known, and more than a third must have.
	execute(&mut second, || {
		prove_up_to(2);
		assert_ok!(certify(&block_1, &[1, 2, 3]));
		assert_ok!(certify(&block_2, &[2, 3, 4]));
		let slashed: Vec<_> =
			ALL.iter().filter(|i| [1, 2, 3].contains(*i) && [2, 3, 4].contains(*i)).collect();
		assert!(3 * slashed.len() > ALL.len());
		for member in slashed {
			assert_ok!(report(*member, &frozen_at_1, &block_2));
		}
		// Who signed one of them only has nothing to fear.
		assert_noop!(report(1, &frozen_at_1, &block_1), Error::<Test>::NotContradicting);
	});
}

#[test]
fn a_refusal_racing_a_proof_excludes_it_and_the_other_way_round() {
	ExtBuilder::default().build_and_execute(|| {
		let refusal = about(VoteKind::Refuse, 1, 1);
		assert_ok!(refuse(&refusal, &[1, 2, 3]));
		let late = RollupDouble::prove(header(1, 0));
		assert_eq!(late, Err(DispatchError::Other("BlockIsRefused")));
		// Another block of that number is as good as any.
		assert_ok!(RollupDouble::prove(header(1, 1)));
	});
	ExtBuilder::default().build_and_execute(|| {
		prove_up_to(1);
		let late = refuse(&about(VoteKind::Refuse, 1, 1), &[1, 2, 3]);
		assert_noop!(late, DispatchError::Other("AlreadyProven"));
		// Who then signs the block is honest: it was refused when it was not proven.
		assert_ok!(certify(&block(1), &[1, 2, 3]));
		let both = report(1, &about(VoteKind::Refuse, 1, 1), &block(1));
		assert_noop!(both, Error::<Test>::NotContradicting);
	});
}

#[test]
fn a_refusal_about_one_chain_decides_nothing_on_another() {
	ExtBuilder::default().chain(2).build_and_execute(|| {
		let call = refuse(&about(VoteKind::Refuse, 1, 1), &[1, 2, 3]);
		assert_noop!(call, DispatchError::Other("WrongMessage"));
		assert_eq!(RollupDouble::get().refusals, []);
	});
}

#[test]
fn oracle_epochs_that_differ_between_chains_stop_blocks_and_nothing_else() {
	let [mut first, mut second] = two_chains();
	let of_first = first.execute_with(|| {
		bond(5);
		assert_ok!(schedule(2, &[1, 2, 3, 5]));
		pass(NOTICE);
		prove_up_to(2);
		header(2, 0)
	});
	execute(&mut second, || {
		bond(6);
		assert_ok!(schedule(2, &[1, 2, 3, 6]));
		pass(NOTICE);
		prove_up_to(1);
		// At commit the rollup compares the header with this: the block is not taken here.
		let here = Oracle::epoch_of(BlockNumber(2)).expect("the notice is over");
		assert_ne!(here, (of_first.oracle_epoch, of_first.member_set_hash));
		// Nor is a certificate of the other members.
		let members = &[1, 2, 3, 5];
		let message = VoteMessage::block(&of_first);
		let bytes = bounded(certificate_of(members, members, &message));
		let call = Oracle::submit_certificate(RuntimeOrigin::signed(account(9)), bytes);
		assert_noop!(call, Error::<Test>::WrongEpoch);
		// This chain's members refuse the block here, so that the other chain can take it back.
		let members = &[1, 2, 3, 6];
		let own = header_of(members, 1, 2, 0);
		let refusal = VoteMessage {
			hash: of_first.hash(),
			..VoteMessage::about(VoteKind::Refuse, ChainId(2), &own)
		};
		let bytes = bounded(certificate_of(members, &[1, 2, 6], &refusal));
		assert_ok!(Oracle::submit_refusal(RuntimeOrigin::signed(account(9)), bytes));
		assert_eq!(RollupDouble::get().refusals, [(BlockNumber(2), of_first.hash())]);
		// Or governance withdraws the wrong epoch and schedules the right one: they agree again.
		assert_ok!(Oracle::cancel_epoch(RuntimeOrigin::root(), 1));
		bond(5);
		assert_ok!(schedule(2, &[1, 2, 3, 5]));
		pass(NOTICE);
		let agreed = Oracle::epoch_of(BlockNumber(2)).expect("the notice is over");
		assert_eq!(agreed, (of_first.oracle_epoch, of_first.member_set_hash));
	});
}

#[test]
fn the_oracle_set_does_not_change_under_an_open_block() {
	ExtBuilder::default().build_and_execute(|| {
		bond(5);
		prove_up_to(3);
		let before = Oracle::epoch_of(BlockNumber(3));
		for number in 1..=3 {
			let call = schedule(number, &[1, 2, 3, 5]);
			assert_noop!(call, Error::<Test>::FirstBlockTooLow);
		}
		assert_ok!(schedule(4, &[1, 2, 3, 5]));
		pass(NOTICE);
		assert_eq!(Oracle::epoch_of(BlockNumber(3)), before);
		assert_ok!(certify(&block(1), ALL));
	});
}

#[test]
fn governance_without_notice_changes_no_members() {
	ExtBuilder::default().build_and_execute(|| {
		bond(5);
		assert_ok!(schedule(1, &[5]));
		for _ in 0..NOTICE {
			let refused = Oracle::epoch_of(BlockNumber(1));
			assert_eq!(refused, Err(error(Error::NoticeNotOver)));
			pass(1);
		}
		assert!(Oracle::epoch_of(BlockNumber(1)).is_ok());
		// To withdraw and schedule anew begins the notice anew.
		assert_ok!(Oracle::cancel_epoch(RuntimeOrigin::root(), 1));
		assert_ok!(schedule(1, &[5]));
		let refused = Oracle::epoch_of(BlockNumber(1));
		assert_eq!(refused, Err(error(Error::NoticeNotOver)));
	});
}

#[test]
fn a_certificate_of_another_network_epoch_or_revert_epoch_is_worth_nothing_here() {
	ExtBuilder::default().build_and_execute(|| {
		prove_up_to(1);
		let message = block(1);
		let network = VoteMessage { network: NetworkId(8), ..message.clone() };
		assert_noop!(certify(&network, ALL), Error::<Test>::WrongNetwork);
		let epoch = VoteMessage { oracle_epoch: 1, ..message.clone() };
		assert_noop!(certify(&epoch, ALL), Error::<Test>::WrongEpoch);
		let set = VoteMessage { member_set_hash: [0; 32], ..message.clone() };
		assert_noop!(certify(&set, ALL), Error::<Test>::WrongEpoch);
		let revert = VoteMessage { revert_epoch: 1, ..message.clone() };
		assert_noop!(certify(&revert, ALL), DispatchError::Other("WrongMessage"));
		assert_ok!(certify(&message, ALL));
	});
}

#[test]
fn a_duplicate_signer_counts_once() {
	ExtBuilder::default().build_and_execute(|| {
		prove_up_to(1);
		let message = block(1);
		// A certificate says who signed by bits, so one member's signature twice is one too many.
		let one = certificate_of(ALL, &[1], &message);
		let signature = one[MESSAGE_BYTES + 1..].to_vec();
		let repeated = [&one[..], &signature, &signature].concat();
		let origin = || RuntimeOrigin::signed(account(9));
		let call = Oracle::submit_certificate(origin(), bounded(repeated));
		assert_noop!(call, Error::<Test>::BadCertificate);
		// With the bits of others it does not verify.
		let mut claimed = [&one[..], &signature, &signature].concat();
		claimed[MESSAGE_BYTES] = 0b0111;
		let call = Oracle::submit_certificate(origin(), bounded(claimed));
		assert_noop!(call, Error::<Test>::BadCertificate);
		// Nor can it be written.
		let signature: [u8; 64] = signature.try_into().expect("one signature");
		let twice = Certificate { message, signatures: vec![(0, signature); 3] };
		assert!(twice.encode(4).is_err());
	});
}

#[test]
fn with_one_third_exactly_missing_nothing_is_certified() {
	let members: Vec<u8> = (1..=12).collect();
	ExtBuilder::default().members(&members).build_and_execute(|| {
		prove_up_to(1);
		let submit = |signers: &[u8]| {
			let bytes = bounded(certificate_of(&members, signers, &block(1)));
			Oracle::submit_certificate(RuntimeOrigin::signed(account(9)), bytes)
		};
		assert_noop!(submit(&members[..8]), Error::<Test>::NotEnoughSigners);
		assert_noop!(submit(&members[4..]), Error::<Test>::NotEnoughSigners);
		assert_ok!(submit(&members[..9]));
	});
}

#[test]
fn slashing_is_of_each_chain_alone() {
	let [mut first, mut second] = two_chains();
	let evidence = first.execute_with(|| (block(3), VoteMessage::block(&header(3, 1))));
	for chain in [&mut first, &mut second] {
		execute(chain, || {
			assert_ok!(report(1, &evidence.0, &evidence.1));
			let again = report(1, &evidence.0, &evidence.1);
			assert_noop!(again, Error::<Test>::AlreadySlashed);
		});
	}
}
