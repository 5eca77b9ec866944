package dashboard

func (d *dashboard) faults() {}
