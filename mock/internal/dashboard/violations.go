package dashboard

func (d *dashboard) violations() {}
