// SPDX-License-Identifier: Apache-2.0

//! The proving keys: made before anybody waits for them, since that takes minutes for the large classes.

use std::thread;

use ligature_primitives::constants::{JoinClass, SizeClass};
use ligature_prover::key::{Found, KeyStore};
use ligature_proving::{KeyEvent, make_keys};
use tokio::sync::mpsc;

use super::{
	error::DevnetError,
	show::{Event, Show},
};

/// Classes up to this one, as a block may take a smaller one than the largest. The class itself if there is none.
fn up_to(class: u8) -> (Vec<SizeClass>, Vec<JoinClass>) {
	let classes = 1..=class;
	let sizes = classes.clone().filter_map(|class| SizeClass::new(class).ok());
	(sizes.collect(), classes.filter_map(|class| JoinClass::new(class).ok()).collect())
}

/// Makes the development keys of all classes up to this one, where they are not there yet.
///
/// # Errors
///
/// [`DevnetError::Keys`].
pub async fn make(class: u8, show: &mut (dyn Show + Send)) -> Result<(), DevnetError> {
	let failed = |error: &dyn ToString| DevnetError::Keys(error.to_string());
	let store = KeyStore::from_environment().map_err(|error| failed(&error))?;
	let (sizes, joins) = up_to(class);
	let (sender, mut messages) = mpsc::unbounded_channel();
	// A thread that nobody waits for: if this is interrupted, the program must not stay until a key is made.
	let made = thread::spawn(move || {
		let made = make_keys(&store, &sizes, &joins, |event| {
			// Nobody hears it any more after an interruption.
			let _ = sender.send(message(event));
		});
		made.map_err(|error| error.to_string())
	});
	while let Some((message, stays)) = messages.recv().await {
		show.show(if stays { Event::Done(message) } else { Event::Waiting(message) });
	}
	match made.join() {
		Ok(made) => made.map_err(DevnetError::Keys),
		Err(_) => Err(failed(&"the thread that makes them has panicked")),
	}
}

/// What is said, and whether it stays.
fn message(event: KeyEvent) -> (String, bool) {
	match event {
		KeyEvent::Begins { circuit, done, all } => {
			(format!("proving key {} of {all}: {circuit}", done + 1), false)
		},
		KeyEvent::Ended { circuit, found, size, took } => {
			let (size, took) = (size / 1_000_000, took.as_secs_f64());
			let how = match found {
				Found::Loaded => return (format!("proving key {circuit}"), false),
				Found::Generated => "made",
				Found::Replaced => "made anew",
			};
			(format!("proving key {circuit} {how} ({size} MB, {took:.0} s)"), true)
		},
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::time::Duration;

	#[test]
	fn a_block_may_be_smaller_than_its_class() {
		let (sizes, joins) = up_to(2);
		assert_eq!(sizes.iter().map(|class| class.get()).collect::<Vec<_>>(), [1, 2]);
		assert_eq!(joins.iter().map(|class| class.get()).collect::<Vec<_>>(), [1, 2]);
	}

	#[test]
	fn what_was_made_should_stay_and_what_was_there_should_not() {
		let ended = |found| KeyEvent::Ended {
			circuit: "chain-8",
			found,
			size: 76_400_000,
			took: Duration::from_millis(11_600),
		};
		let made = message(ended(Found::Generated));
		assert_eq!(made, ("proving key chain-8 made (76 MB, 12 s)".into(), true));
		assert!(!message(ended(Found::Loaded)).1);
		let begins = KeyEvent::Begins { circuit: "chain-8", done: 0, all: 4 };
		assert_eq!(message(begins), ("proving key 1 of 4: chain-8".into(), false));
	}
}
