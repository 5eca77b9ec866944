package world

// Numbers are given to users and projects one after the other, and never again: what
// still names one that is gone must not come to mean another.

// LastUserID is the highest number that a user has had.
func (w *World) LastUserID() int { return w.lastUser }

// LastProjectID is the highest number that a project has had.
func (w *World) LastProjectID() int { return w.lastProject }

// NextUserID returns a number that no user has or ever had.
func (tx *Tx) NextUserID() int { return tx.lastUser + 1 }

// NextProjectID returns a number that no project has or ever had.
func (tx *Tx) NextProjectID() int { return tx.lastProject + 1 }

// AdvanceSequences makes the numbers up to these ones spent, whoever had them.
func (tx *Tx) AdvanceSequences(user, project int) {
	tx.lastUser, tx.lastProject = max(tx.lastUser, user), max(tx.lastProject, project)
	tx.changed = true
}
