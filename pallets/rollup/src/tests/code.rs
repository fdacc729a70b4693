// SPDX-License-Identifier: Apache-2.0

//! Code becomes the runtime only after its notice, and never in exodus.

use polkadot_sdk::*;

use crate::{AnnouncedCode, Error, Event, mock::*};
use frame_support::{assert_noop, assert_ok};
use frame_system::SetCode;
use sp_core::storage::well_known_keys::CODE;
use sp_runtime::{
	DispatchError,
	traits::{BlakeTwo256, Hash},
};

const CODE_BYTES: &[u8] = b"the next runtime";

fn announce(code: &[u8]) {
	let code_hash = BlakeTwo256::hash(code);
	assert_ok!(Rollup::announce_code(RuntimeOrigin::root(), code_hash));
}

fn set_code(code: &[u8]) -> Result<(), DispatchError> {
	System::set_code_without_checks(RuntimeOrigin::root(), code.to_vec())
		.map(|_| ())
		.map_err(|failed| failed.error)
}

fn runtime_code() -> Option<Vec<u8>> {
	sp_io::storage::get(CODE).map(|code| code.to_vec())
}

#[test]
fn code_should_be_announced_for_a_notice_when_governance_says_so() {
	ExtBuilder::default().build_and_execute(|| {
		announce(CODE_BYTES);
		let code_hash = BlakeTwo256::hash(CODE_BYTES);
		let usable_from = 1 + PERIODS.notice;
		assert_eq!(take_events(), [Event::CodeAnnounced { code_hash, usable_from }]);
		assert_eq!(AnnouncedCode::<Test>::get(), Some((code_hash, usable_from)));
		let stranger = RuntimeOrigin::signed(account(1));
		assert_noop!(Rollup::announce_code(stranger, code_hash), DispatchError::BadOrigin);
	});
}

#[test]
fn governance_without_notice_should_not_change_the_code() {
	ExtBuilder::default().build_and_execute(|| {
		let before = runtime_code();
		assert_noop!(set_code(CODE_BYTES), Error::<Test>::CodeNotAnnounced);
		announce(CODE_BYTES);
		assert_noop!(set_code(CODE_BYTES), Error::<Test>::CodeNotAnnounced);
		advance(PERIODS.notice - 1);
		assert_noop!(set_code(CODE_BYTES), Error::<Test>::CodeNotAnnounced);
		assert_noop!(set_code(b"another runtime"), Error::<Test>::CodeNotAnnounced);
		assert_eq!(runtime_code(), before);
	});
}

#[test]
fn code_should_become_the_runtime_once_when_its_notice_is_over() {
	ExtBuilder::default().build_and_execute(|| {
		announce(CODE_BYTES);
		advance(PERIODS.notice);
		assert_ok!(set_code(CODE_BYTES));
		assert_eq!(runtime_code().as_deref(), Some(CODE_BYTES));
		assert_eq!(AnnouncedCode::<Test>::get(), None);
		assert_noop!(set_code(CODE_BYTES), Error::<Test>::CodeNotAnnounced);
	});
}

#[test]
fn an_authorized_upgrade_should_wait_for_the_notice_too() {
	ExtBuilder::default().build_and_execute(|| {
		let code_hash = BlakeTwo256::hash(CODE_BYTES);
		assert_ok!(System::authorize_upgrade_without_checks(RuntimeOrigin::root(), code_hash));
		let apply = || {
			System::apply_authorized_upgrade(RuntimeOrigin::none(), CODE_BYTES.to_vec())
				.map_err(|failed| failed.error)
		};
		assert_noop!(apply(), Error::<Test>::CodeNotAnnounced);
		announce(CODE_BYTES);
		advance(PERIODS.notice);
		assert_ok!(apply());
		assert_eq!(runtime_code().as_deref(), Some(CODE_BYTES));
	});
}

#[test]
fn a_new_announcement_should_replace_the_one_before() {
	ExtBuilder::default().build_and_execute(|| {
		announce(CODE_BYTES);
		advance(PERIODS.notice);
		announce(b"second thoughts");
		assert_noop!(set_code(CODE_BYTES), Error::<Test>::CodeNotAnnounced);
		assert_noop!(set_code(b"second thoughts"), Error::<Test>::CodeNotAnnounced);
	});
}

#[test]
fn code_should_stay_when_the_rollup_is_in_exodus() {
	ExtBuilder::default().build_and_execute(|| {
		announce(CODE_BYTES);
		super::exodus::begin();
		advance(PERIODS.notice);
		assert_noop!(set_code(CODE_BYTES), Error::<Test>::InExodus);
		let code_hash = BlakeTwo256::hash(CODE_BYTES);
		let announced = Rollup::announce_code(RuntimeOrigin::root(), code_hash);
		assert_noop!(announced, Error::<Test>::InExodus);
	});
}

#[test]
fn a_chain_of_no_network_should_change_its_code_freely() {
	ExtBuilder::alone().build_and_execute(|| {
		assert_ok!(crate::DelayedCode::<Test>::set_code(CODE_BYTES.to_vec()));
		assert_eq!(runtime_code().as_deref(), Some(CODE_BYTES));
	});
}
