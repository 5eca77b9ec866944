package dashboard

func (d *dashboard) snapshots() {}
