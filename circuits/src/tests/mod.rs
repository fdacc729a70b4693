// SPDX-License-Identifier: Apache-2.0

//! What is tested of both statements together.
//!
//! | file | what it shows |
//! |---|---|
//! | `labels` | there is no rule that is not needed, and no forgery of a rule that is not there |
//! | `sizes` | constraints per region, the formula for all classes, digests |

mod labels;
mod sizes;
